/**
 * The translation domain of everything that is shown.
 */
export const DOMAIN = 'hub_admin_lab';
