/**
 * The translation domain of everything that is shown.
 */
export const DOMAIN = 'hub_admin_lab';

/**
 * The plugin that has the settings.
 */
export const SETTINGS_ID = 'hub-admin-lab:panel';

/**
 * How long the start of JupyterLab waits to learn what there is to show, so that it is there when
 * the layout is restored, in milliseconds; a slow hub must not keep JupyterLab from starting.
 */
export const PATIENCE = 1500;
