import { HTMLSelect } from '@jupyterlab/ui-components';
import React, { useId, useRef, useState } from 'react';

import type { ServiceInfo, ServiceServer } from '../api/types';
import { useTrans } from '../components/context';
import { parseWho } from '../format/who';
import type { IRuleKey } from './levels';
import { serverKey } from './levels';
import type { NamedLevel } from './useNames';
import { groupsOf, useNames } from './useNames';

/**
 * Asks for the level and the name of a rule to add.
 */
export function AddRule(props: {
  access: ServiceInfo | undefined;
  servers: readonly ServiceServer[];
  onAdd: (key: IRuleKey) => void;
}): JSX.Element {
  const trans = useTrans();
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  return (
    <div className="jp-HubAdmin-ruleAdd">
      <button
        ref={opener}
        type="button"
        className="jp-mod-styled"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {trans.__('Add rule…')}
      </button>
      {isOpen && (
        <Question
          {...props}
          onAdd={key => {
            setOpen(false);
            props.onAdd(key);
          }}
          onCancel={() => {
            opener.current?.focus();
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

function Question(props: {
  access: ServiceInfo | undefined;
  servers: readonly ServiceServer[];
  onAdd: (key: IRuleKey) => void;
  onCancel: () => void;
}): JSX.Element {
  const { access, servers, onAdd, onCancel } = props;
  const trans = useTrans();
  const id = useId();
  const [level, setLevel] = useState<NamedLevel>(
    // Who was given users by name, and no group, begins with those.
    groupsOf(access)?.length === 0 ? 'user' : 'group'
  );
  const [text, setText] = useState('');
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const names = useNames(level, text, access, servers);
  const isExact = names.length === 1 && names[0] === text.trim();
  const offers = isExact ? [] : names;
  const key = keyOf(level, text);
  const problem = text.trim() === '' ? null : problemOf(level, text, access);
  const label = nameLabel(level, trans);
  const pick = (name: string) => {
    setText(name);
    setActive(-1);
    input.current?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const { length } = offers;
    const offer = offers[active];
    if (event.key === 'ArrowDown' && length) {
      setActive((active + 1) % length);
    } else if (event.key === 'ArrowUp' && length) {
      setActive((Math.max(active, 0) + length - 1) % length);
    } else if (event.key === 'Enter' && offer !== undefined) {
      pick(offer);
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <form
      className="jp-HubAdmin-picker"
      aria-label={trans.__('Add a rule')}
      onSubmit={event => {
        event.preventDefault();
        if (key && problem === null) {
          onAdd(key);
        }
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          onCancel();
        }
      }}
    >
      <HTMLSelect
        aria-label={trans.__('Level')}
        value={level}
        onChange={event => {
          setLevel(event.target.value as NamedLevel);
          setActive(-1);
        }}
        options={[
          { value: 'group', label: trans.__('Group') },
          { value: 'user', label: trans.__('User') },
          { value: 'server', label: trans.__('Server') }
        ]}
      />
      <input
        ref={input}
        type="text"
        role="combobox"
        className="jp-mod-styled"
        aria-label={label}
        placeholder={label}
        aria-expanded={offers.length > 0}
        aria-controls={`${id}-offers`}
        aria-autocomplete="list"
        aria-activedescendant={
          offers[active] === undefined ? undefined : `${id}-${active}`
        }
        aria-invalid={problem !== null || undefined}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        autoComplete="off"
        spellCheck={false}
        maxLength={511}
        value={text}
        onChange={event => {
          setText(event.target.value);
          setActive(-1);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-offers`} role="listbox" aria-label={label}>
        {offers.map((name, index) => (
          <li
            key={name}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            // The field keeps the focus.
            onMouseDown={event => event.preventDefault()}
            onClick={() => pick(name)}
          >
            {name}
          </li>
        ))}
      </ul>
      {problem !== null && (
        <div id={`${id}-problem`} className="jp-HubAdmin-fieldError">
          {problemText(problem, trans)}
        </div>
      )}
      <div className="jp-HubAdmin-buttons">
        <button type="button" className="jp-mod-styled" onClick={onCancel}>
          {trans.__('Cancel')}
        </button>
        <button
          type="submit"
          className="jp-mod-styled jp-mod-accept"
          disabled={!key || problem !== null}
        >
          {trans.__('Add')}
        </button>
      </div>
    </form>
  );
}

/**
 * The place that a name stands for; null: it is none.
 */
function keyOf(level: NamedLevel, text: string): IRuleKey | null {
  const name = text.trim();
  if (level !== 'server') {
    return name ? { level, name } : null;
  }
  const who = parseWho(name);
  return who && serverKey(who);
}

type AddProblem = 'slash' | 'group' | 'server';

function problemOf(
  level: NamedLevel,
  text: string,
  access: ServiceInfo | undefined
): AddProblem | null {
  const name = text.trim();
  switch (level) {
    case 'group':
      return groupsOf(access)?.includes(name) === false ? 'group' : null;
    case 'user':
      return name.includes('/') ? 'slash' : null;
    case 'server':
      return parseWho(name) && name.split('/').length <= 2 ? null : 'server';
  }
}

function problemText(
  problem: AddProblem,
  trans: ReturnType<typeof useTrans>
): string {
  switch (problem) {
    case 'slash':
      return trans.__('The name of a user has no slash.');
    case 'group':
      return trans.__('You may not edit the rules of this group.');
    case 'server':
      return trans.__('Write a server as user, or as user/server.');
  }
}

function nameLabel(
  level: NamedLevel,
  trans: ReturnType<typeof useTrans>
): string {
  switch (level) {
    case 'group':
      return trans.__('Name of the group');
    case 'user':
      return trans.__('Name of the user');
    case 'server':
      return trans.__('User, or user/server');
  }
}
