import { errorIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useState } from 'react';

import { bounded } from '../api/errors';
import type { Rule } from '../api/types';
import { useTrans } from '../components/context';
import { TextButton } from '../components/TextButton';
import { formatMoment } from '../format/time';
import { useHubAdmin } from '../state/context';
import { changedPaths, draftOf } from './draft';
import type { IConflict } from './useRuleForm';
import { labelOf, valueText } from './words';

/**
 * Characters of a value that somebody else set; a reason may be long.
 */
const MAX_VALUE = 200;

/**
 * Somebody else changed the rule that is being written: what they did can be looked at, and one's
 * own be saved all the same.
 */
export function Conflict(props: {
  conflict: IConflict;
  canSave: boolean;
  onSave: () => void;
}): JSX.Element {
  const { conflict, canSave, onSave } = props;
  const { theirs, base } = conflict;
  const { announcer } = useHubAdmin();
  const trans = useTrans();
  const [isOpen, setOpen] = useState(false);
  const text = theirs
    ? trans.__(
        '%1 changed this rule at %2.',
        theirs.changed_by,
        formatMoment(theirs.changed_at, Date.now())
      )
    : trans.__('Somebody took this rule away meanwhile.');
  useEffect(() => announcer.say(text), [announcer, text]);
  return (
    <div className="jp-HubAdmin-band" role="note">
      <errorIcon.react tag="span" className="jp-HubAdmin-icon" />
      <div>
        {text}{' '}
        <button
          type="button"
          className="jp-HubAdmin-link"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {trans.__('Show')}
        </button>{' '}
        <TextButton
          isLink
          label={trans.__('Save mine')}
          isDisabled={!canSave}
          onClick={onSave}
        />
        {isOpen && <Changes before={base} after={theirs?.rule ?? {}} />}
      </div>
    </div>
  );
}

function Changes(props: { before: Rule; after: Rule }): JSX.Element {
  const { before, after } = props;
  const trans = useTrans();
  const [old, now] = [draftOf(before), draftOf(after)];
  const text = (value = '') => {
    if (value === '') {
      return trans.__('not set');
    }
    return value === 'yes' || value === 'no'
      ? valueText(value === 'yes', trans)
      : bounded(value, MAX_VALUE);
  };
  return (
    <ul>
      {changedPaths(before, after).map(path => (
        <li key={path}>
          {trans.__(
            '%1: %2, before: %3',
            labelOf(path, trans),
            text(now[path]),
            text(old[path])
          )}
        </li>
      ))}
    </ul>
  );
}
