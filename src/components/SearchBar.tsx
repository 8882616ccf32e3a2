import { HTMLSelect, InputGroup, searchIcon } from '@jupyterlab/ui-components';
import React, {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState
} from 'react';

import type { StateFilter } from '../api/client';
import { useHubAdmin } from '../state/context';
import { MAX_SEARCH } from '../state/listView';
import { Completions } from './Completions';
import { useTrans } from './context';
import { useLasting } from './hooks';
import { PATIENCE } from './More';
import type { IServerList } from './useServerList';
import type { ICompletion } from './words';
import { allWords, complete, completionsOf, problemText } from './words';

/**
 * How long a word that is not understood may still become one, in milliseconds.
 */
const TYPING = 500;

/**
 * Which words are offered: those that fit, all of them, or none.
 */
type Offer = 'fitting' | 'all' | null;

/**
 * The search field and the filter by state.
 */
export function SearchBar(props: {
  list: IServerList;
  placeholder?: string;
}): JSX.Element {
  const { state: list, users, input, rows, selecting } = props.list;
  const { announcer } = useHubAdmin();
  const trans = useTrans();
  const id = useId();
  const groups = useGroups(users.users);
  const [offer, setOffer] = useState<Offer>(null);
  const [active, setActive] = useState(-1);
  const [caret, setCaret] = useState(0);
  const caretWanted = useRef<number | null>(null);
  const isSlow = useLasting(users.isWaiting, PATIENCE);
  const isWrong = useLasting(users.wordProblem !== null, TYPING);
  const problem =
    isWrong && users.wordProblem ? problemText(users.wordProblem, trans) : null;
  useEffect(() => {
    if (problem !== null) {
      announcer.say(problem);
    }
  }, [announcer, problem]);

  useLayoutEffect(() => {
    // Not before the text is in the field.
    const { current } = caretWanted;
    caretWanted.current = null;
    if (current !== null) {
      input.current?.setSelectionRange(current, current);
    }
  });
  const options =
    offer === null
      ? []
      : offer === 'all'
        ? allWords(trans)
        : completionsOf(list.search, caret, groups, trans);
  const isOpen = options.length > 0;
  const show = (next: Offer) => {
    setOffer(next);
    setActive(-1);
  };
  const type = (text: string, at: number) => {
    list.setSearch(text);
    setCaret(at);
    show('fitting');
    const fitting = completionsOf(text, at, groups, trans).length;
    if (fitting) {
      announcer.say(
        trans._n('%1 filter word fits', '%1 filter words fit', fitting)
      );
    }
  };
  const pick = (option: ICompletion) => {
    const at = input.current?.selectionStart ?? list.search.length;
    const [text, after] = complete(list.search, at, option);
    caretWanted.current = after;
    type(text, after);
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const { key } = event;
    const option = options[active];
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
    if (key === 'ArrowDown' && event.altKey) {
      show('all');
    } else if (isOpen && step) {
      const count = options.length;
      setActive((Math.max(active, step < 0 ? 0 : -1) + step + count) % count);
    } else if (key === 'ArrowDown') {
      rows.focusFirst();
    } else if (key === 'Enter' && option) {
      pick(option);
    } else if (key !== 'Escape') {
      return;
    } else if (isOpen) {
      show(null);
    } else if (list.search) {
      list.setSearch('');
    } else if (selecting.isActive) {
      selecting.clear();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="jp-HubAdmin-find">
      <div className="jp-HubAdmin-search">
        <InputGroup
          type="search"
          inputRef={input}
          aria-label={trans.__('Search users')}
          placeholder={props.placeholder ?? trans.__('Search users')}
          rightIcon={searchIcon}
          value={list.search}
          maxLength={MAX_SEARCH}
          autoComplete="off"
          spellCheck={false}
          // A search box, not a combobox: that is what people and programs look for.
          aria-autocomplete="list"
          aria-controls={isOpen ? `${id}-words` : undefined}
          aria-activedescendant={
            options[active] ? `${id}-words-${active}` : undefined
          }
          aria-keyshortcuts="Alt+ArrowDown"
          aria-invalid={isWrong || undefined}
          aria-describedby={isWrong ? `${id}-wrong` : undefined}
          onChange={event => {
            const { value, selectionStart } = event.target;
            type(value, selectionStart ?? value.length);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => show(null)}
        />
        {/* By the keyboard Alt+Down does it: Tab goes on to the filter. */}
        <button
          type="button"
          className="jp-HubAdmin-help"
          aria-label={trans.__('What can I type?')}
          title={trans.__('What can I type? (Alt+Down)')}
          aria-haspopup="listbox"
          aria-expanded={isOpen && offer === 'all'}
          tabIndex={-1}
          onMouseDown={event => event.preventDefault()}
          onClick={() => {
            input.current?.focus();
            show(offer === 'all' ? null : 'all');
          }}
        >
          ?
        </button>
        {isSlow && (
          <div className="jp-HubAdmin-bar jp-mod-indeterminate">
            <div />
          </div>
        )}
      </div>
      <HTMLSelect
        className="jp-HubAdmin-filter"
        aria-label={trans.__('Server state')}
        value={list.state}
        onChange={event => list.setState(event.target.value as StateFilter)}
        options={[
          { value: 'all', label: trans.__('All') },
          { value: 'running', label: trans.__('Running') },
          { value: 'stopped', label: trans.__('Stopped') }
        ]}
      />
      {isOpen && (
        <Completions
          id={`${id}-words`}
          options={options}
          active={active}
          onPick={pick}
        />
      )}
      {problem !== null && (
        <div id={`${id}-wrong`} className="jp-HubAdmin-wrong">
          {problem}
        </div>
      )}
    </div>
  );
}

/**
 * The names of the groups that somebody is or was in whom the list has shown: while one of them is
 * typed, the list may hold nobody of the others.
 */
function useGroups(
  users: readonly { groups: readonly string[] }[]
): readonly string[] {
  const [seen] = useState(() => new Set<string>());
  return useMemo(() => {
    users.forEach(({ groups }) => groups.forEach(group => seen.add(group)));
    return [...seen].sort();
  }, [users, seen]);
}
