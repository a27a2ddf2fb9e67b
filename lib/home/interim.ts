export const TABLE_SCHEMA = {
  partitionKey: 'pk',
  sortKey: 'sk',
  index: { name: 'listing', partitionKey: 'listing', sortKey: 'listedAt' },
} as const;
