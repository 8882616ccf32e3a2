import { ActivityStore } from '../activity';

describe('ActivityStore', () => {
  afterEach(() => {
    window.sessionStorage.clear();
  });

  it('remembers what was dismissed when the page is loaded again', () => {
    const before = new ActivityStore('/user/admin/');
    before.dismiss('carol', '2026-11-23T14:00:00Z');
    before.dismiss('bob/gpu', null);
    const after = new ActivityStore('/user/admin/');
    expect(after.get('carol')).toMatchObject({
      dismissed: '2026-11-23T14:00:00Z',
      problem: null,
      doing: null
    });
    expect(after.get('bob/gpu').dismissed).toBeNull();
  });

  it('keeps only so many of them, and nothing that is not a time', () => {
    const before = new ActivityStore('/user/admin/');
    for (let count = 0; count < 250; count++) {
      before.dismiss(`u${count}`, '2026-11-23T14:00:00Z');
    }
    const after = new ActivityStore('/user/admin/');
    expect(after.get('u0').dismissed).toBeNull();
    expect(after.get('u249').dismissed).not.toBeNull();
    for (const key of Object.keys(window.sessionStorage)) {
      window.sessionStorage.setItem(key, '{"carol": 3, "bob": "x"}');
    }
    const strange = new ActivityStore('/user/admin/');
    expect(strange.get('carol').dismissed).toBeNull();
    expect(strange.get('bob').dismissed).toBe('x');
  });
});
