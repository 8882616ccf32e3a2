import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { GREEK, pseudo, untranslated } from '../../testing/pseudo';
import { VisitBand } from '../band';

describe('the band of a visit', () => {
  it('has no word that does not go through the translator', async () => {
    const hub = { version: '6.1.1', prefix: '/hub/', host: '' };
    const band = new VisitBand(GREEK[0], hub, pseudo);
    Widget.attach(band, document.body);
    MessageLoop.flush();
    await band.renderPromise;
    expect(band.node.textContent).toContain(GREEK[0]);
    expect(untranslated(band.node)).toEqual([]);
    band.dispose();
  });
});
