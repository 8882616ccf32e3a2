import React, { useEffect, useRef } from 'react';

import { useTrans } from './context';
import type { ICompletion } from './words';

/**
 * The words that can be put into the search field, below it.
 *
 * The focus stays in the field, which tells which of them is active.
 */
export function Completions(props: {
  /** The id of the list; those of the options are `{id}-0` and so on. */
  id: string;
  options: readonly ICompletion[];
  /** The index of the one that Enter takes; -1: none. */
  active: number;
  onPick: (option: ICompletion) => void;
}): JSX.Element {
  const { id, options, active, onPick } = props;
  const trans = useTrans();
  const node = useRef<HTMLDivElement>(null);
  useEffect(() => {
    node.current?.children[active]?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);
  return (
    <div
      ref={node}
      id={id}
      role="listbox"
      className="jp-HubAdmin-completions"
      aria-label={trans.__('Filter words')}
      // The field keeps the focus.
      onMouseDown={event => event.preventDefault()}
    >
      {options.map((option, index) => (
        <div
          key={option.word}
          id={`${id}-${index}`}
          role="option"
          className="jp-HubAdmin-completion"
          aria-selected={index === active}
          onClick={() => onPick(option)}
        >
          <code>{option.word}</code>
          <span>{option.meaning}</span>
        </div>
      ))}
    </div>
  );
}
