import React, { useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

import { bounded } from '../api/errors';
import { formatExact, formatMoment } from '../format/time';
import { useActions, useTrans } from './context';
import type { IRow } from './rows';
import { StateDot } from './StateDot';
import { TextButton } from './TextButton';
import { useFate } from './why/useFate';
import { Why } from './why/Why';

/**
 * Characters of a value that are shown; options and groups are of any length.
 */
const MAX_VALUE = 300;

/**
 * Groups that are named.
 */
const MAX_GROUPS = 20;

/**
 * What can have the focus in it.
 */
const FOCUSABLE = 'button, input, a[href], summary';

/**
 * What is known of one server, beside its dot; with the hub service what becomes of it, and why.
 */
export function DetailsPopover(props: {
  row: IRow;
  anchor: HTMLElement;
  onClose: (restoreFocus: boolean) => void;
}): JSX.Element {
  const { row, anchor, onClose } = props;
  const trans = useTrans();
  const { command, offers } = useActions();
  const fate = useFate(row.who);
  const box = useRef<HTMLDivElement>(null);
  usePlaced(box, anchor);
  useEffect(() => {
    box.current?.focus();
    const onPointerDown = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!box.current?.contains(target) && !anchor.contains(target)) {
        onClose(false);
      }
    };
    document.addEventListener('pointerdown', onPointerDown, true);
    return () =>
      document.removeEventListener('pointerdown', onPointerDown, true);
  }, [anchor, onClose]);

  const state = row.server?.state ?? 'stopped';
  const isActive = state !== 'stopped';
  const hasDrawer = offers('dashboard');
  return createPortal(
    <div
      ref={box}
      role="dialog"
      aria-label={trans.__('Details of %1', row.key)}
      className="jp-HubAdmin-popover jp-ThemedContainer"
      tabIndex={-1}
      onKeyDown={event => {
        if (event.key === 'Escape' || isLeaving(event)) {
          event.preventDefault();
          event.stopPropagation();
          onClose(true);
        }
      }}
      onBlur={event => {
        const next = event.relatedTarget;
        if (next && !event.currentTarget.contains(next) && next !== anchor) {
          onClose(false);
        }
      }}
    >
      <h4>
        <StateDot
          state={state}
          failed={row.server?.failure !== null && state === 'stopped'}
        />
        <span>{bounded(row.key, MAX_VALUE)}</span>
        {fate && state === 'running' && row.server?.started && (
          <small>
            {trans.__(
              'running since %1',
              formatMoment(row.server.started, Date.now())
            )}
          </small>
        )}
      </h4>
      {fate ? (
        <Why key={row.key} who={row.who} fate={fate} isActive={isActive}>
          {hasDrawer && (
            <TextButton
              label={trans.__('All details')}
              onClick={() => command('dashboard', row.who)}
            />
          )}
        </Why>
      ) : null}
      {!(fate && hasDrawer && isActive) && (
        <dl>
          {factsOf(row, trans).map(([name, value]) => (
            <React.Fragment key={name}>
              <dt>{name}</dt>
              <dd>{bounded(value, MAX_VALUE)}</dd>
            </React.Fragment>
          ))}
        </dl>
      )}
      {!fate && (
        <p>
          {trans.__(
            'The hub stops idle servers after its own rule; this panel does not know it.'
          )}
        </p>
      )}
    </div>,
    document.body
  );
}

/**
 * Whether a key leads out of the box: Tab behind the last of what can have the focus in it.
 */
function isLeaving({
  key,
  shiftKey,
  target,
  currentTarget
}: React.KeyboardEvent<HTMLElement>): boolean {
  const inside = [...currentTarget.querySelectorAll(FOCUSABLE)];
  const end = shiftKey ? inside[0] : inside[inside.length - 1];
  return (
    key === 'Tab' &&
    (end === undefined ||
      target === end ||
      (shiftKey && target === currentTarget))
  );
}

/**
 * What the list knows of a server, as names and values.
 */
export function factsOf(
  { server, user, lastActivity }: IRow,
  trans: ReturnType<typeof useTrans>
): [string, string][] {
  const facts: [string, string][] = [
    [trans.__('State'), stateText(server?.state ?? 'stopped', trans)]
  ];
  if (server?.failure) {
    facts.push([trans.__('Last failure'), server.failure.message]);
  }
  if (server?.started) {
    facts.push([trans.__('Started'), formatExact(server.started)]);
  }
  facts.push([
    trans.__('Last activity'),
    lastActivity ? formatExact(lastActivity) : trans.__('never')
  ]);
  if (user.groups.length) {
    facts.push([
      trans.__('Groups'),
      user.groups.slice(0, MAX_GROUPS).join(', ')
    ]);
  }
  const options = Object.entries(server?.user_options ?? {});
  if (options.length) {
    facts.push([
      trans.__('Options'),
      options.map(([name, value]) => `${name}: ${textOf(value)}`).join(', ')
    ]);
  }
  if (server?.url) {
    facts.push([trans.__('Address'), server.url]);
  }
  return facts;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function stateText(
  state: NonNullable<IRow['server']>['state'],
  trans: ReturnType<typeof useTrans>
): string {
  switch (state) {
    case 'running':
      return trans.__('Running');
    case 'starting':
      return trans.__('Starting');
    case 'stopping':
      return trans.__('Stopping');
    case 'stopped':
      return trans.__('Stopped');
  }
}

/**
 * Put the box under its anchor, or above where there is no room, inside of the window.
 */
function usePlaced(
  box: React.RefObject<HTMLDivElement>,
  anchor: HTMLElement
): void {
  const place = useCallback(() => {
    const node = box.current;
    if (!node) {
      return;
    }
    const gap = 4;
    const { left, top, bottom } = anchor.getBoundingClientRect();
    const { width, height } = node.getBoundingClientRect();
    const fitsBelow = bottom + gap + height <= window.innerHeight;
    const y = fitsBelow ? bottom + gap : Math.max(gap, top - gap - height);
    const x = Math.min(left, window.innerWidth - width - gap);
    node.style.left = `${Math.max(gap, x)}px`;
    node.style.top = `${y}px`;
  }, [box, anchor]);
  useLayoutEffect(place);
  useLayoutEffect(() => {
    // What opens in it makes it higher.
    const observer = new ResizeObserver(place);
    if (box.current) {
      observer.observe(box.current);
    }
    return () => observer.disconnect();
  }, [box, place]);
}
