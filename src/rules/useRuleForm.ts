import { useMemo, useState } from 'react';

import { ApiError, messageOf } from '../api/errors';
import type { Preview, Rule, RuleDraft, RuleView } from '../api/types';
import { useTrans } from '../components/context';
import {
  useDebounced,
  useHealth,
  useNow,
  useStable
} from '../components/hooks';
import { useHubAdmin } from '../state/context';
import { saveRule, useRulePreview } from '../state/service';
import type { IRuleDraft } from './draft';
import { draftOf, isNothing, REMOVED, ruleOf } from './draft';
import type { IEdited, RuleDrafts } from './drafts';
import { isChanged, useDrafts } from './drafts';
import type { FieldName } from './fields';
import type { IHolding, IRuleBook, IRuleKey } from './levels';
import { above, exemptAbove, holding, keyText, ruleAt } from './levels';
import type { Problems } from './problems';
import { problemsIn, problemsOf } from './problems';

/**
 * How long after the last key the service is asked what a change would stop, in milliseconds.
 */
const DEBOUNCE = 400;

/**
 * How often it is looked whether the end of an exemption is still ahead, in milliseconds.
 */
const MINUTE = 60_000;

/**
 * Somebody else changed the rule that is being written.
 */
export interface IConflict {
  /** Null: it was taken away, and nobody knows by whom. */
  readonly theirs: RuleView | null;
  /** The rule as it was when the writing began. */
  readonly base: Rule;
}

/**
 * The form of a rule as it is now, and what can be done with it.
 */
export interface IRuleForm {
  readonly key: IRuleKey;
  readonly draft: IRuleDraft;
  readonly problems: Problems;
  readonly isDirty: boolean;
  /** A rule is set here. */
  readonly isSet: boolean;
  /** Saving the draft takes the rule away. */
  readonly isRemoval: boolean;
  /** What the draft would stop and keep, or an earlier one while `isAsking`; null: not known. */
  readonly preview: Preview | null;
  readonly isAsking: boolean;
  /** Why there is no preview; null: there is, or will be. */
  readonly previewError: string | null;
  readonly canSave: boolean;
  readonly isSaving: boolean;
  readonly justSaved: boolean;
  readonly saveError: string | null;
  readonly conflict: IConflict | null;
  /** What would hold without a value that is set here. */
  inherited: (field: FieldName) => IHolding;
  /** An exemption from a level above. */
  readonly exemptAbove: ReturnType<typeof exemptAbove>;
  /** Write into fields, by their paths. */
  set: (changes: IRuleDraft) => void;
  discard: () => void;
  /** Set nothing here any more, once it is saved. */
  clear: () => void;
  save: () => Promise<void>;
}

/**
 * The state of the form of a rule.
 *
 * @param groups - of the user whom the rule is about
 */
export function useRuleForm(
  key: IRuleKey,
  book: IRuleBook,
  groups: readonly string[],
  drafts: RuleDrafts
): IRuleForm {
  const hub = useHubAdmin();
  const trans = useTrans();
  const { away } = useHealth();
  const now = useNow(MINUTE);
  const [isSaving, setSaving] = useState(false);
  const [justSaved, setJustSaved] = useState(false);
  const [saveError, setSaveError] = useState<unknown>(null);
  const current = ruleAt(book, key);
  const { draft, base } = useEdited(key, current, drafts);
  const edited = useMemo(() => ({ key, draft, base }), [key, draft, base]);
  const isDirty = isChanged(edited);
  const isRemoval = isNothing(draft);
  const version = current?.version ?? 0;
  const isConflict = isDirty && !isSaving && base.version !== version;

  const local = problemsOf(draft, key, book, Math.max(now, Date.now()), trans);
  const rule = Object.keys(local).length ? null : ruleOf(draft, base.rule);
  // Compared by what it says: a field that is left is written in its full form, no other value.
  const wanted = JSON.stringify(rule);
  const asked = useDebounced(wanted, DEBOUNCE);
  const isSettled = rule !== null && asked === wanted;
  const request: RuleDraft[] | null = isSettled
    ? [{ ...key, rule: isRemoval ? null : rule }]
    : null;
  const preview = useRulePreview(request);
  const isCurrent =
    isSettled && preview.isSuccess && !preview.isPlaceholderData;
  const problems = {
    ...(isSettled ? problemsIn(preview.error, 'drafts.0.rule') : {}),
    ...problemsIn(saveError, 'rule'),
    ...local
  };

  const change = useStable((next: IRuleDraft) => {
    drafts.set({ ...edited, draft: next });
    setJustSaved(false);
    setSaveError(null);
  });
  const save = useStable(async () => {
    if (!isDirty || !isCurrent || isSaving || away) {
      return;
    }
    setSaving(true);
    setSaveError(null);
    try {
      const { level, name } = key;
      // In a conflict the person has read that it is another one by now.
      const seen = isConflict ? version : base.version;
      await saveRule(hub, level, name, isRemoval ? null : rule, seen);
      drafts.drop(key);
      setJustSaved(true);
    } catch (error) {
      hub.refused(error);
      setSaveError(error);
    } finally {
      setSaving(false);
    }
  });
  const isTold =
    saveError instanceof ApiError && saveError.code === 'rule_changed';
  const steps = above(key, groups);
  return {
    key,
    draft,
    problems,
    isDirty,
    isSet: current !== undefined,
    isRemoval,
    preview: rule === null ? null : (preview.data ?? null),
    isAsking: rule !== null && !isCurrent && !(isSettled && preview.isError),
    previewError: isSettled && preview.error ? messageOf(preview.error) : null,
    canSave: isDirty && isCurrent && !isSaving && !away,
    isSaving,
    justSaved,
    // The conflict says it better, once it is known.
    saveError:
      saveError && !(isTold && isConflict) ? messageOf(saveError) : null,
    conflict: isConflict ? { theirs: current ?? null, base: base.rule } : null,
    inherited: field => holding(book, field, steps),
    exemptAbove: exemptAbove(book, steps, now),
    set: useStable((changes: IRuleDraft) =>
      change({ ...draft, remove: '', ...changes })
    ),
    discard: useStable(() => {
      drafts.drop(key);
      setJustSaved(false);
      setSaveError(null);
    }),
    clear: useStable(() => change(REMOVED)),
    save
  };
}

/**
 * What is written for a rule, or the rule as it is.
 */
function useEdited(
  key: IRuleKey,
  current: RuleView | undefined,
  drafts: RuleDrafts
): Omit<IEdited, 'key'> {
  const edited = useDrafts(drafts).get(keyText(key));
  const asSet = useMemo(() => {
    const rule = current?.rule ?? {};
    const base = { rule, version: current?.version ?? 0 };
    return { draft: draftOf(rule), base };
  }, [current]);
  // What says the same as a rule that is another one by now is no change.
  return edited &&
    (edited.base.version === asSet.base.version || isChanged(edited))
    ? edited
    : asSet;
}
