/**
 * The translation domain of everything that is shown.
 */
export const DOMAIN = 'hub_admin_lab';

/**
 * The plugin that has the settings.
 */
export const SETTINGS_ID = 'hub-admin-lab:panel';
