import { waitFor } from '@testing-library/react';
import { Widget } from '@lumino/widgets';

import { trans } from '../../testing/hub';
import { LazyPanel } from '../LazyPanel';

describe('LazyPanel', () => {
  const load = jest.fn<Promise<Widget>, []>();
  let panel: LazyPanel;

  beforeEach(() => {
    load.mockReset();
    panel = new LazyPanel(load, trans);
  });

  afterEach(() => panel.dispose());

  it('loads its content once, when it is shown', async () => {
    const content = new Widget();
    load.mockResolvedValue(content);
    panel.hide();
    Widget.attach(panel, document.body);
    expect(load).not.toHaveBeenCalled();
    panel.show();
    await panel.fill();
    expect(panel.widgets).toEqual([content]);
    panel.hide();
    panel.show();
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('says that nothing came, and asks again when it is shown again', async () => {
    load.mockRejectedValueOnce(new Error('Loading chunk 7 failed.'));
    load.mockResolvedValueOnce(new Widget());
    Widget.attach(panel, document.body);
    await waitFor(() =>
      expect(panel.node.querySelector('[role="alert"]')?.textContent).toBe(
        'A part of Hub Admin could not be loaded. Try again, or reload the page.'
      )
    );
    panel.hide();
    panel.show();
    await panel.fill();
    expect(panel.widgets).toHaveLength(1);
    expect(panel.node.querySelector('[role="alert"]')).toBeNull();
  });

  it('does not keep what comes when it is gone', async () => {
    const content = new Widget();
    load.mockResolvedValue(content);
    const filled = panel.fill();
    panel.dispose();
    await filled;
    expect(content.isDisposed).toBe(true);
  });
});
