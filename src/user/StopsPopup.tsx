import { Button, ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import React, { useEffect, useState } from 'react';

import { askPermission, permission } from './browserNotice';
import type { Deadline } from './deadline';
import type { IKeepAnswer } from './keep';
import { reasonText, verdictText } from './words';

/**
 * What the popup needs.
 */
export interface IStopsPopupOptions {
  readonly source: Deadline;
  /** What there is to read has changed. */
  readonly changed: ISignal<object, void>;
  readonly trans: TranslationBundle;
  readonly keep: () => Promise<IKeepAnswer>;
  readonly openSettings: () => void;
}

/**
 * What becomes of this server, why, and what can be done about it; above the status bar.
 */
export class StopsPopup extends ReactWidget {
  constructor(options: IStopsPopupOptions) {
    super();
    this._options = options;
    this.addClass('jp-HubAdmin-stopsPopup');
    this.node.setAttribute('role', 'dialog');
    this.node.setAttribute(
      'aria-label',
      options.trans.__('Why this server stops')
    );
    this.node.tabIndex = -1;
  }

  protected override render(): JSX.Element {
    return <Stops {...this._options} onShown={this._takeFocus} />;
  }

  /**
   * Somebody opened it: keys act here.
   */
  private readonly _takeFocus = (): void => {
    this.node.focus();
  };

  private readonly _options: IStopsPopupOptions;
}

function Stops(
  options: IStopsPopupOptions & { onShown: () => void }
): JSX.Element {
  const { source, changed, trans, keep, openSettings, onShown } = options;
  useEffect(() => {
    // Core puts it in its place, and makes it visible, only after it has been drawn.
    const frame = requestAnimationFrame(onShown);
    return () => cancelAnimationFrame(frame);
  }, [onShown]);
  const [answer, setAnswer] = useState('');
  const [isAsking, setAsking] = useState(false);
  const onKeep = async () => {
    if (!isAsking) {
      setAsking(true);
      setAnswer('');
      setAnswer((await keep()).text);
      setAsking(false);
    }
  };
  return (
    <>
      <UseSignal signal={changed}>
        {() => (
          <>
            <p className="jp-HubAdmin-verdict">{verdictText(source, trans)}</p>
            <p className="jp-HubAdmin-reason">{reasonText(source, trans)}</p>
          </>
        )}
      </UseSignal>
      <p className="jp-HubAdmin-kept">{answer}</p>
      <div className="jp-HubAdmin-offers">
        <Button
          type="button"
          small
          aria-disabled={isAsking || undefined}
          onClick={() => void onKeep()}
        >
          {trans.__('Keep it running')}
        </Button>
        <Button type="button" minimal small onClick={openSettings}>
          {trans.__('Idle settings…')}
        </Button>
        <AllowNotifications trans={trans} />
      </div>
    </>
  );
}

/**
 * The only place where the browser is asked; absent once the person has said yes or no.
 */
function AllowNotifications(props: {
  trans: TranslationBundle;
}): JSX.Element | null {
  const { trans } = props;
  const [state, setState] = useState(permission);
  if (state !== 'default') {
    return null;
  }
  const onClick = ({ currentTarget }: React.MouseEvent<HTMLElement>) => {
    const box = currentTarget.closest<HTMLElement>('[role="dialog"]');
    const onAnswer = () => {
      setState(permission());
      box?.focus(); // the button is gone
    };
    askPermission().then(onAnswer, onAnswer);
  };
  return (
    <Button type="button" minimal small onClick={onClick}>
      {trans.__('Allow browser notifications')}
    </Button>
  );
}
