/** Settings, webhooks and other facts of a program lie under its name behind this. */
export const PROGRAMS_PREFIX = 'programs/';
