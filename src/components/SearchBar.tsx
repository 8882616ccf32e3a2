import { HTMLSelect, InputGroup, searchIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { StateFilter } from '../api/client';
import { useTrans } from './context';

/**
 * The search field and the filter by state.
 */
export function SearchBar(props: {
  search: string;
  state: StateFilter;
  /** Show that the answer takes a while. */
  isSlow: boolean;
  inputRef: React.RefObject<HTMLInputElement>;
  onSearch: (search: string) => void;
  onState: (state: StateFilter) => void;
  /** Go into the list. */
  onDown: () => void;
}): JSX.Element {
  const { search, state, isSlow, inputRef, onSearch, onState, onDown } = props;
  const trans = useTrans();
  return (
    <div className="jp-HubAdmin-find">
      <div className="jp-HubAdmin-search">
        <InputGroup
          type="search"
          inputRef={inputRef}
          aria-label={trans.__('Search users')}
          placeholder={trans.__('Search users')}
          rightIcon={searchIcon}
          value={search}
          maxLength={255}
          autoComplete="off"
          spellCheck={false}
          onChange={event => onSearch(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              onDown();
            } else if (event.key === 'Escape' && search) {
              event.preventDefault();
              event.stopPropagation();
              onSearch('');
            }
          }}
        />
        {isSlow && (
          <div className="jp-HubAdmin-bar jp-mod-indeterminate">
            <div />
          </div>
        )}
      </div>
      <HTMLSelect
        className="jp-HubAdmin-filter"
        aria-label={trans.__('Server state')}
        value={state}
        onChange={event => onState(event.target.value as StateFilter)}
        options={[
          { value: 'all', label: trans.__('All') },
          { value: 'running', label: trans.__('Running') },
          { value: 'stopped', label: trans.__('Stopped') }
        ]}
      />
    </div>
  );
}
