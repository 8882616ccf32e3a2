import { Button } from '@jupyterlab/ui-components';
import React, { useEffect, useId, useRef, useState } from 'react';

import { bounded } from '../../api/errors';
import type { ServiceServer } from '../../api/types';
import { formatMoment } from '../../format/time';
import { hasOwnExemption } from '../../state/fate';
import { useActions, useTrans } from '../context';
import { fromLocalInput, keepChoices, toLocalInput } from './choices';
import { useKeep } from './useKeep';

const HOUR = 3_600_000;

/**
 * Characters of a name.
 */
const MAX_NAME = 60;

/**
 * What can be done about the end of a server: keep it for a while, exempt it for longer.
 */
export function KeepPart(props: {
  server: ServiceServer;
  mayExempt: boolean;
  /** By the clock of the service. */
  now: number;
  /** Milliseconds by which that is ahead of the browser's. */
  ahead: number;
  /** More buttons at the end. */
  children?: React.ReactNode;
}): JSX.Element {
  const { server, mayExempt, now, ahead, children } = props;
  const { kept, may_manage } = server;
  const who = { user: server.user, server: server.name };
  const trans = useTrans();
  const { command } = useActions();
  const keep = useKeep(server, now);
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLSpanElement>(null);
  const id = useId();
  const focusOpener = () => opener.current?.querySelector('button')?.focus();
  const choose = (until: number) => {
    setOpen(false);
    // The button that was pressed is gone.
    focusOpener();
    void keep.keep(until);
  };
  return (
    <>
      {keep.message ? (
        <p className="jp-HubAdmin-kept">{keep.message}</p>
      ) : (
        kept && (
          <p className="jp-HubAdmin-kept">
            {trans.__(
              'Kept until %1 by %2.',
              formatMoment(kept.until, now),
              bounded(kept.by, MAX_NAME)
            )}
          </p>
        )
      )}
      {keep.problem && (
        <p className="jp-HubAdmin-fieldError">{bounded(keep.problem)}</p>
      )}
      <div className="jp-HubAdmin-offers">
        {may_manage && (
          <span ref={opener}>
            <SmallButton
              label={trans.__('Keep until…')}
              isOpen={isOpen}
              controls={id}
              isOff={keep.isOff}
              onClick={() => setOpen(!isOpen)}
            />
          </span>
        )}
        {may_manage && kept && (
          <SmallButton
            label={keep.canUndo ? trans.__('Undo') : trans.__('Keep no longer')}
            isOff={keep.isOff}
            onClick={() => {
              focusOpener();
              void keep.end();
            }}
          />
        )}
        {mayExempt && (
          <SmallButton
            label={trans.__('Exempt…')}
            onClick={() => command('exemptServer', who)}
          />
        )}
        {mayExempt && hasOwnExemption(server) && (
          <SmallButton
            label={trans.__('End exemption…')}
            onClick={() => command('endExemption', who)}
          />
        )}
        {children}
      </div>
      {isOpen && may_manage && (
        <Choices id={id} ahead={ahead} onChoose={choose} />
      )}
    </>
  );
}

/**
 * Until when; each is one click.
 */
function Choices(props: {
  id: string;
  ahead: number;
  onChoose: (until: number) => void;
}): JSX.Element {
  const { id, ahead, onChoose } = props;
  const trans = useTrans();
  const now = () => Date.now() + ahead;
  const [opened] = useState(now);
  const [other, setOther] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const isOther = other !== null;
  useEffect(() => {
    // It was asked for, by a click or a key: the way goes on there.
    box.current?.querySelector('button')?.focus();
  }, []);
  useEffect(() => {
    if (isOther) {
      field.current?.focus();
    }
  }, [isOther]);
  const wanted = fromLocalInput(other ?? '', now());
  return (
    <div
      ref={box}
      id={id}
      role="group"
      className="jp-HubAdmin-offers"
      aria-label={trans.__('Keep until')}
    >
      {keepChoices(opened, trans).map(({ label, until }, index) => (
        <SmallButton
          key={label}
          label={label}
          onClick={() =>
            // The hours count from the click.
            onChoose(index < 2 ? until - opened + now() : until)
          }
        />
      ))}
      {other === null ? (
        <SmallButton
          label={trans.__('Other…')}
          onClick={() => setOther(toLocalInput(now() + 2 * HOUR))}
        />
      ) : (
        <form
          className="jp-HubAdmin-keepOther"
          onSubmit={event => {
            event.preventDefault();
            if (wanted !== null) {
              onChoose(wanted);
            }
          }}
        >
          <input
            ref={field}
            type="datetime-local"
            className="jp-mod-styled"
            aria-label={trans.__('Keep until')}
            value={other}
            min={toLocalInput(now())}
            onChange={event => setOther(event.target.value)}
          />
          <button
            type="submit"
            className="jp-Button jp-mod-small jp-HubAdmin-button"
            disabled={wanted === null}
          >
            {trans.__('Keep')}
          </button>
        </form>
      )}
    </div>
  );
}

function SmallButton(props: {
  label: string;
  isOpen?: boolean;
  /** The id of what it opens. */
  controls?: string;
  /** It cannot be pressed now; it keeps the focus. */
  isOff?: boolean;
  onClick: () => void;
}): JSX.Element {
  const { label, isOpen, controls, isOff, onClick } = props;
  return (
    <Button
      small
      type="button"
      className="jp-HubAdmin-button"
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      aria-disabled={isOff || undefined}
      onClick={isOff ? undefined : onClick}
    >
      {label}
    </Button>
  );
}
