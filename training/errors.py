"""Errors that say what happened, to which exam or file, and what to do."""


class TrainingError(Exception):
    """Base class of every error that the training raises on purpose."""


class ConfigurationError(TrainingError):
    """A setting that is missing, unknown or out of range."""


class DataError(TrainingError):
    """Reports, labels or images that cannot be read as a whole."""


class CheckpointError(TrainingError):
    """A checkpoint that cannot be read, written, or that belongs to another geometry."""


class StorageError(TrainingError):
    """An object store that does not answer, or does not have what it was asked for."""
