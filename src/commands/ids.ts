/**
 * The commands of the contract, and those that keys and the context menu of a row need.
 */
export const CommandIDs = {
  open: 'hub-admin:open',
  dashboard: 'hub-admin:dashboard',
  refresh: 'hub-admin:refresh',
  startServer: 'hub-admin:start-server',
  stopServer: 'hub-admin:stop-server',
  restartServer: 'hub-admin:restart-server',
  accessServer: 'hub-admin:access-server',
  stopIdleServers: 'hub-admin:stop-idle-servers',
  kernelSettings: 'hub-admin:kernel-settings',
  shutdownIdleKernels: 'hub-admin:shutdown-idle-kernels',
  toggleServer: 'hub-admin:toggle-server',
  showDetails: 'hub-admin:show-details',
  searchUsers: 'hub-admin:search-users',
  copyName: 'hub-admin:copy-name',
  copyAddress: 'hub-admin:copy-address',
  moreActions: 'hub-admin:more-actions',
  help: 'hub-admin:help',
  settings: 'hub-admin:settings'
} as const;
