import React, { useState } from 'react';

import type { Level } from '../api/serviceClient';
import { useTrans } from '../components/context';
import type { IEdited } from './drafts';
import { isChanged } from './drafts';
import type { IRuleBook, IRuleKey } from './levels';
import { HUB, keyText, ruleAt, shortName } from './levels';

/**
 * Rules of one level that are listed before the rest is asked for.
 */
const SHOWN = 200;

/**
 * The levels that have a rule which the visitor may edit, and the hub.
 */
export function RuleTree(props: {
  keys: readonly IRuleKey[];
  book: IRuleBook;
  drafts: ReadonlyMap<string, IEdited>;
  selected: IRuleKey | null;
  onSelect: (key: IRuleKey) => void;
}): JSX.Element {
  const { keys } = props;
  const trans = useTrans();
  const of = (level: Level) => keys.filter(key => key.level === level);
  return (
    <nav className="jp-HubAdmin-ruleTree" aria-label={trans.__('Levels')}>
      {of('hub').length > 0 && (
        <ul>
          <Item {...props} item={HUB} />
        </ul>
      )}
      <Names {...props} title={trans.__('Groups')} items={of('group')} />
      <Names {...props} title={trans.__('Users')} items={of('user')} />
      <Names {...props} title={trans.__('Servers')} items={of('server')} />
    </nav>
  );
}

type ITreeProps = Parameters<typeof RuleTree>[0];

function Names(
  props: ITreeProps & { title: string; items: readonly IRuleKey[] }
): JSX.Element | null {
  const { title, items, ...rest } = props;
  const trans = useTrans();
  const [isLong, setLong] = useState(false);
  const { selected } = props;
  const shown = isLong
    ? items
    : items.filter(
        (key, index) =>
          index < SHOWN || (selected && keyText(key) === keyText(selected))
      );
  if (items.length === 0) {
    return null;
  }
  return (
    <>
      <h3>{title}</h3>
      <ul aria-label={title}>
        {shown.map(key => (
          <Item key={keyText(key)} {...rest} item={key} />
        ))}
      </ul>
      {shown.length < items.length && (
        <button
          type="button"
          className="jp-HubAdmin-link"
          onClick={() => setLong(true)}
        >
          {trans.__('Show all %1', items.length)}
        </button>
      )}
    </>
  );
}

function Item(props: ITreeProps & { item: IRuleKey }): JSX.Element {
  const { item, book, drafts, selected, onSelect } = props;
  const trans = useTrans();
  const exempt = ruleAt(book, item)?.rule.exempt;
  const edited = drafts.get(keyText(item));
  const isSelected = selected !== null && keyText(selected) === keyText(item);
  const note =
    edited && isChanged(edited)
      ? trans.__('not saved')
      : exempt && Date.parse(exempt.until) > Date.now()
        ? trans.__('exempt')
        : null;
  return (
    <li>
      <button
        type="button"
        aria-current={isSelected || undefined}
        onClick={() => onSelect(item)}
      >
        <span>{item.level === 'hub' ? trans.__('Hub') : shortName(item)}</span>
        {note !== null && <span>{note}</span>}
      </button>
    </li>
  );
}
