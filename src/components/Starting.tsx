import React from 'react';

import { formatElapsed } from '../format/duration';
import type { IActivity } from '../state/activity';
import { useTrans } from './context';
import { useHealth, useNow } from './hooks';

/**
 * How long a start takes before its time is shown, in seconds.
 */
const LONG = 60;

/**
 * `40 %`, after a while with the time that it took so far.
 */
export function StartingText({
  activity
}: {
  activity: IActivity;
}): JSX.Element {
  const trans = useTrans();
  const { percent } = activity;
  const time = useStartingTime(activity);
  if (percent === null) {
    return (
      <>
        {time === null
          ? trans.__('Starting…')
          : trans.__('Starting… · %1', time)}
      </>
    );
  }
  return (
    <>
      {time === null
        ? trans.__('%1 %', percent)
        : trans.__('%1 % · %2', percent, time)}
    </>
  );
}

/**
 * How long a start has taken so far, once that is long; null before.
 */
export function useStartingTime({ since, doing }: IActivity): string | null {
  const now = useNow(doing ? 1000 : 0);
  const elapsed = doing ? (now - since) / 1000 : 0;
  return elapsed >= LONG ? formatElapsed(elapsed) : null;
}

/**
 * The second line of a start: the Hub's last message and a bar.
 */
export function Progress(props: {
  rowKey: string;
  activity: IActivity;
}): JSX.Element {
  const { rowKey, activity } = props;
  const text = useStartingText(activity);
  return (
    <div role="gridcell" className="jp-HubAdmin-progress">
      <div className="jp-HubAdmin-progressText" title={text}>
        {text}
      </div>
      <StartingBar rowKey={rowKey} activity={activity} />
    </div>
  );
}

/**
 * The Hub's last message about a start.
 */
export function useStartingText({ message }: IActivity): string {
  const trans = useTrans();
  return message || trans.__('Waiting for the hub…');
}

/**
 * How far a start is.
 */
export function StartingBar(props: {
  rowKey: string;
  activity: IActivity;
}): JSX.Element {
  const { rowKey, activity } = props;
  const { percent } = activity;
  const { away } = useHealth();
  const trans = useTrans();
  const text = useStartingText(activity);
  const known = percent !== null;
  return (
    <div
      role="progressbar"
      className={
        known || away
          ? 'jp-HubAdmin-bar'
          : 'jp-HubAdmin-bar jp-mod-indeterminate'
      }
      aria-label={trans.__('Starting %1', rowKey)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? percent : undefined}
      aria-valuetext={known ? trans.__('%1 %, %2', percent, text) : text}
    >
      <div style={known ? { width: `${percent}%` } : undefined} />
    </div>
  );
}
