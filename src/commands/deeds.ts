/**
 * What commands do. What is done with a single row comes with the rows, so that a key acts at the
 * first press; the rest is loaded when it is asked for.
 *
 * It is loaded from here, and not where commands are registered, as only here it is known what is
 * loaded already: each part would bring its own copy of the dialogs.
 */
export { accessServer } from './access';
export { tell } from './dialog';
export { keepServer } from '../state/service';
export {
  restartServer,
  startServer,
  stopServer,
  toggleServer
} from './servers';

/**
 * What asks by a form or for the name of a server: users, named servers, the hub, exemptions.
 */
export const loadForms = () => import('./forms');

/**
 * What is done with the kernels of this server.
 */
export const loadKernels = () => import('./kernels');

/**
 * What is done with many servers at once.
 */
export const loadMany = () => import('./many');
