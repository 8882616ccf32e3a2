import { keepPreviousData, useQuery } from '@tanstack/react-query';
import React, { useEffect, useId, useState } from 'react';

import type { HubAdminClient, StateFilter } from '../api/client';
import type { ServerView, UserView } from '../api/types';
import { useTrans } from '../components/context';
import { useDebounced } from '../components/hooks';
import type { IWho } from '../format/who';
import { parseWho, whoOf } from '../format/who';
import { useHubAdmin } from '../state/context';
import { keys } from '../state/keys';
import type { ICommandContext, IDialogHandle } from './dialog';
import { ask } from './dialog';

/**
 * Servers that are offered at once.
 */
const MAX_OFFERS = 8;

/**
 * Users who are asked for at once.
 */
const MAX_FOUND = 50;

/**
 * Which server a command is for.
 */
export interface IPick {
  title: string;
  accept: string;
  /** Who may have such a server: on a large hub few of all users have one that runs. */
  state: StateFilter;
  /** Whether the command can do anything with a server. */
  isFor: (server: ServerView, user: UserView) => boolean;
}

/**
 * Ask for a server by typing its name; null if the question was given up.
 */
export async function pickServer(
  context: ICommandContext,
  { title, accept, state, isFor }: IPick
): Promise<IWho | null> {
  const { trans } = context;
  const choice: { who: IWho | null } = { who: null };
  let dialog: IDialogHandle | null = null;
  const onChoice = (who: IWho | null, isFinal: boolean) => {
    choice.who = who;
    dialog?.setAccept(accept, who !== null);
    if (who && isFinal) {
      dialog?.accept();
    }
  };
  const { button } = await ask(context, {
    title,
    summary: trans.__('Type the name of a user.'),
    accept,
    focus: 'input',
    onOpen: handle => {
      dialog = handle;
      handle.setAccept(accept, false); // until there is a choice
    },
    onEnter: handle => {
      if (choice.who) {
        handle.accept();
      }
    },
    body: <ServerPicker state={state} isFor={isFor} onChoice={onChoice} />
  });
  return button === 'accept' ? choice.who : null;
}

/**
 * A field with the servers whose names hold what was typed.
 */
function ServerPicker(props: {
  state: StateFilter;
  isFor: IPick['isFor'];
  onChoice: (who: IWho | null, isFinal: boolean) => void;
}): JSX.Element {
  const { state, isFor, onChoice } = props;
  const { client } = useHubAdmin();
  const trans = useTrans();
  const id = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const search = useDebounced(parseWho(text)?.user ?? '', 150);
  const found = useQuery({
    queryKey: keys.candidates(search, state),
    queryFn: ({ signal }) => findUsers(client, search, state, signal),
    // What was chosen stays so while more is looked for.
    placeholderData: keepPreviousData
  });
  const wanted = text.trim().toLowerCase();
  const offers = (found.data ?? [])
    .flatMap(user => user.servers.filter(server => isFor(server, user)))
    .map(({ user, name }) => ({ user, server: name }))
    .filter(who => whoOf(who).toLowerCase().includes(wanted))
    // Whoever is called just so comes first.
    .sort(
      (a, b) =>
        Number(whoOf(b).toLowerCase() === wanted) -
        Number(whoOf(a).toLowerCase() === wanted)
    )
    .slice(0, MAX_OFFERS);
  const index = Math.min(active, offers.length - 1);
  const chosen = offers[index] ?? null;
  const chosenKey = chosen && whoOf(chosen);
  useEffect(() => {
    onChoice(wanted ? chosen : null, false);
    // The key stands for the choice, which is a new object at each turn.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chosenKey, wanted === '']);

  return (
    <div className="jp-HubAdmin-picker">
      <input
        type="text"
        role="combobox"
        aria-label={trans.__('User, or user/server')}
        placeholder={trans.__('User, or user/server')}
        aria-expanded={offers.length > 0}
        aria-controls={`${id}-offers`}
        aria-autocomplete="list"
        aria-activedescendant={chosen ? `${id}-${index}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={event => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={event => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            const step = event.key === 'ArrowDown' ? 1 : -1;
            const count = Math.max(1, offers.length);
            setActive((Math.max(0, index) + step + count) % count);
          }
        }}
      />
      <ul
        id={`${id}-offers`}
        role="listbox"
        aria-label={trans.__('Users and servers')}
      >
        {offers.map((who, position) => (
          <li
            key={whoOf(who)}
            id={`${id}-${position}`}
            role="option"
            aria-selected={position === index}
            onClick={() => onChoice(who, true)}
          >
            {whoOf(who)}
          </li>
        ))}
      </ul>
      {found.data && offers.length === 0 && (
        <p className="jp-HubAdmin-note">
          {trans.__('No server of that name can be used for this.')}
        </p>
      )}
    </div>
  );
}

/**
 * Users whose names hold a text. Whoever is called just so is among them, of however many.
 */
async function findUsers(
  client: HubAdminClient,
  search: string,
  state: StateFilter,
  signal: AbortSignal
): Promise<readonly UserView[]> {
  const query = { search, state, limit: MAX_FOUND };
  const { items, next } = await client.listUsers(query, signal);
  if (search === '' || next === null || items.some(u => u.name === search)) {
    return items;
  }
  const found = await client.getUser(search, signal);
  return found ? [found.user, ...items] : items;
}
