/**
 * What is done with many servers at once, as one part.
 */
export { actOnSelection, actOnServers } from './bulk';
export { showOutcome } from './bulkOutcome';
export { stopIdleServers } from './idleServers';
