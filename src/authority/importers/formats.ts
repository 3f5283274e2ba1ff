// The formats that `indicator import --from` knows.
export const FEED_FORMATS = ['stix', 'misp', 'feodo', 'threatfox', 'csv', 'text'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];
