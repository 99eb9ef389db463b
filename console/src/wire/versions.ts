// The versions of the API.

/** The recorded one. */
export const ECS = '2014-05-26';
/** Berth's own operations. */
export const BERTH = '2026-11-01';
