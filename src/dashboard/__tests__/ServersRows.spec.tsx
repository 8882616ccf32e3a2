import { act, fireEvent, screen, waitFor } from '@testing-library/react';

import { layOut, scrollTo } from '../../testing/layout';
import { page, server, user } from '../../testing/samples';
import { ServersTab } from './serversTab';

describe('the rows of ServersView', () => {
  let tab: ServersTab;

  beforeEach(() => {
    tab = new ServersTab();
  });

  afterEach(() => {
    tab.dispose();
  });

  it('does all of it by keyboard', async () => {
    await tab.show();
    fireEvent.keyDown(screen.getByRole('searchbox'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(tab.row('alice'));
    tab.press('Enter');
    expect(tab.fake.actions.run).toHaveBeenLastCalledWith('open', {
      user: 'alice',
      server: ''
    });
    tab.press('ArrowDown');
    tab.press('ArrowDown');
    expect(tab.fake.hub.cursor.who).toEqual({ user: 'bob', server: 'gpu' });
    expect(tab.rows.filter(row => row.tabIndex === 0)).toEqual([
      tab.row('bob/gpu')
    ]);
    tab.press(' ');
    tab.press('ArrowDown', { shiftKey: true });
    expect(screen.getByText('2 servers selected')).toBeTruthy();
    tab.press('Escape');
    expect(tab.fake.hub.selection.isActive()).toBe(false);
    tab.press('ArrowRight');
    tab.press('ArrowRight');
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      'Details of frank'
    );
    tab.press('Escape');
    tab.press('End');
    tab.press('Enter');
    expect(tab.fake.actions.run).toHaveBeenLastCalledWith('start', {
      user: 'zoe',
      server: ''
    });
  });

  it('shows details that follow the arrow keys and close by Escape', async () => {
    await tab.show();
    act(() => tab.row('alice').focus());
    act(() => tab.fake.hub.cursor.current?.showDetails('alice'));
    const drawer = (name: string) =>
      screen.queryByRole('region', { name: `Details of ${name}` });
    expect(drawer('alice')).toBeTruthy();
    expect(document.activeElement).toBe(tab.row('alice'));
    tab.press('ArrowDown');
    expect(drawer('bob')).toBeTruthy();
    tab.press(' ');
    tab.press('Escape');
    expect(drawer('bob')).toBeNull();
    expect(tab.fake.hub.selection.isActive()).toBe(true);
    tab.press('Escape');
    expect(tab.fake.hub.selection.isActive()).toBe(false);
    expect(document.activeElement).toBe(tab.row('bob'));
  });

  it('gives the focus back from the details to their row', async () => {
    await tab.show();
    const dot = screen.getByRole('button', { name: 'Details of frank' });
    fireEvent.click(dot);
    const close = screen.getByRole('button', { name: 'Close details' });
    act(() => close.focus());
    tab.press('Escape');
    expect(screen.queryByRole('region')).toBeNull();
    expect(document.activeElement).toBe(tab.row('frank'));
    fireEvent.click(dot);
    fireEvent.click(dot);
    expect(screen.queryByRole('region')).toBeNull();
  });

  it('shows details of a server that is not in the list', async () => {
    tab.fake.client.getUser.mockResolvedValue({
      user: user('yan', server('yan', 'running')),
      sent: { name: 'yan' }
    });
    await tab.show();
    act(() => tab.model.showDetails({ user: 'yan', server: '' }));
    expect(await screen.findByText('/user/yan/')).toBeTruthy();
  });

  it('keeps only the rows near the view in the page', async () => {
    const restoreLayout = layOut(560);
    const many = Array.from({ length: 300 }, (_, index) =>
      user(`u${String(index).padStart(3, '0')}`, server('u', 'running'))
    );
    tab.fake.client.listUsers.mockResolvedValue(page(many, { next: 300 }));
    tab.draw();
    await waitFor(() => expect(tab.keys).toContain('u000'));
    expect(tab.keys.length).toBeLessThan(60);
    const table = screen.getByRole('grid');
    const scroller = table.parentElement as HTMLElement;
    act(() => scrollTo(scroller, 28 * 200));
    await waitFor(() => expect(tab.keys).toContain('u205'));
    expect(tab.row('u205').getAttribute('aria-rowindex')).toBe('207');
    expect(tab.keys.length).toBeLessThan(60);
    const gaps = [...table.querySelectorAll<HTMLElement>('.jp-HubAdmin-gap')];
    expect(gaps.every(gap => gap.getAttribute('aria-hidden'))).toBe(true);
    const left = gaps
      .map(gap => parseInt((gap.firstElementChild as HTMLElement).style.height))
      .reduce((sum, height) => sum + height, 0);
    expect(left + tab.keys.length * 28).toBe(300 * 28);
    // The totals are over all that are active, which are not all here.
    expect(screen.getByRole('button', { name: 'Pending' })).toBeTruthy();
    restoreLayout();
  });
});
