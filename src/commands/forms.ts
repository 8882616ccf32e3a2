/**
 * What asks by a form or for the name of a server, as one part: they share the form.
 */
export { endExemption, exemptServer, pickExempt } from './exemptServer';
export { keepSelected } from './keepSelected';
export { keepServerUntil, pickKept } from './keepServer';
export { shutdownHub } from './manageHub';
export {
  createServer,
  deleteServer,
  renameServer,
  startWithOptions
} from './manageServers';
export { addUsers, deleteUser, editUser } from './manageUsers';
export { pickServer } from './pick';
