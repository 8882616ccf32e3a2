import { useEffect, useMemo, useState } from 'react';

import { messageOf } from '../../api/errors';
import type { IdleSettings, WouldCull } from '../../api/types';
import { useHubAdmin } from '../../state/context';
import { saveIdle, useIdlePreview } from '../../state/idle';
import { useTrans } from '../context';
import { useDebounced, useStable } from '../hooks';
import type { DurationName, IIdleDraft, SwitchName } from './fields';
import { draftOf, isEmpty, isSaved, sameDraft, updateOf } from './fields';

/**
 * How long after the last key the server is asked what a change would stop, in milliseconds.
 */
const DEBOUNCE = 400;

/**
 * The idle form as it is now, and what can be done with it.
 */
export interface IIdleForm {
  readonly draft: IIdleDraft;
  readonly isDirty: boolean;
  /** There is something set by hand. */
  readonly canReset: boolean;
  /** What the draft would stop now; null: not known (yet). */
  readonly wouldCull: WouldCull | null;
  /** The draft is right and what it would stop is known. */
  readonly canApply: boolean;
  readonly isSaving: boolean;
  readonly justSaved: boolean;
  readonly error: string | null;
  setDuration: (name: DurationName, text: string) => void;
  setSwitch: (name: SwitchName, value: boolean) => void;
  /** Write the configured values into the form; they hold once they are applied. */
  toDefault: () => void;
  apply: () => Promise<boolean>;
}

/**
 * The state of the idle form.
 */
export function useIdleForm(settings: IdleSettings): IIdleForm {
  const hub = useHubAdmin();
  const trans = useTrans();
  const current = useMemo(() => draftOf(settings, 'value'), [settings]);
  const [edited, setEdited] = useState<IIdleDraft | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [justSaved, setJustSaved] = useState(false);
  const [saveError, setSaveError] = useState<string | null>(null);
  const draft = edited ?? current;
  const isDirty = edited !== null && !sameDraft(edited, current);

  const update = useMemo(
    () => (isDirty ? updateOf(settings, draft, trans) : null),
    [settings, draft, isDirty, trans]
  );
  // Compared by what they say: a field that is left is written in its full form, no other value.
  const wanted = JSON.stringify(update);
  const asked = useDebounced(wanted, DEBOUNCE);
  const preview = useIdlePreview(
    asked === wanted && update && !isEmpty(update) ? update : null
  );
  const isCurrent =
    update !== null && asked === wanted && !preview.isPlaceholderData;
  const wouldCull = isCurrent ? (preview.data?.would_cull ?? null) : null;

  const change = useStable((next: IIdleDraft) => {
    setEdited(next);
    setJustSaved(false);
    setSaveError(null);
  });
  const apply = useStable(async () => {
    if (update === null || wouldCull === null) {
      return false;
    }
    setSaving(true);
    try {
      const back = sameDraft(draft, draftOf(settings, 'default'));
      await saveIdle(hub, back ? null : update);
      setEdited(null);
      setJustSaved(true);
      return true;
    } catch (error) {
      setSaveError(messageOf(error));
      return false;
    } finally {
      setSaving(false);
    }
  });
  const setDuration = useStable((name: DurationName, text: string) =>
    change({ ...draft, durations: { ...draft.durations, [name]: text } })
  );
  const setSwitch = useStable((name: SwitchName, value: boolean) =>
    change({ ...draft, switches: { ...draft.switches, [name]: value } })
  );
  const toDefault = useStable(() => change(draftOf(settings, 'default')));

  useEffect(() => {
    if (!justSaved) {
      return;
    }
    const timer = setTimeout(() => setJustSaved(false), 5000);
    return () => clearTimeout(timer);
  }, [justSaved]);

  return {
    draft,
    isDirty,
    canReset: isDirty || isSaved(settings),
    wouldCull,
    canApply: isDirty && wouldCull !== null && !isSaving,
    isSaving,
    justSaved,
    error:
      saveError ?? (isDirty && preview.error ? messageOf(preview.error) : null),
    setDuration,
    setSwitch,
    toDefault,
    apply
  };
}
