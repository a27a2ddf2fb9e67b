"""A run on AWS Batch: several nodes, data and checkpoints in S3."""
