import { LabIcon } from '@jupyterlab/ui-components';

import hubSvg from '../style/icons/hub.svg';

/**
 * The icon of the panel.
 */
export const hubIcon = new LabIcon({
  name: 'hub-admin-lab:hub',
  svgstr: hubSvg
});
