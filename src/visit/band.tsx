import { ReactWidget, userIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { HubInfo } from '../api/types';

/**
 * Says across the page that this is somebody else's server; cannot be closed.
 */
export class VisitBand extends ReactWidget {
  /**
   * @param owner - whose server this is
   * @param hub - where the visitor's own server is reached from
   */
  constructor(owner: string, hub: HubInfo, trans: TranslationBundle) {
    super();
    this._owner = owner;
    this._hub = hub;
    this._trans = trans;
    this.id = 'hub-admin-visit';
    this.addClass('jp-HubAdmin-visit');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Visit'));
  }

  protected override render(): JSX.Element {
    const trans = this._trans;
    const { host, prefix } = this._hub;
    return (
      <>
        <userIcon.react tag="span" className="jp-HubAdmin-icon" />
        <strong>{trans.__('You are in the server of %1.', this._owner)}</strong>
        <span>{trans.__('Everything here runs as %1.', this._owner)}</span>
        <a
          className="jp-HubAdmin-visitBack"
          href={`${host}${prefix.replace(/\/*$/, '/')}user-redirect/lab`}
        >
          {trans.__('Back to my server')}
        </a>
      </>
    );
  }

  private readonly _owner: string;
  private readonly _hub: HubInfo;
  private readonly _trans: TranslationBundle;
}

/**
 * Keep the name of the owner at the beginning of the page's title, whoever else sets it.
 *
 * @returns a function that ends it
 */
export function markTitle(owner: string): () => void {
  const mark = `(${owner})`;
  const apply = () => {
    if (!document.title.startsWith(mark)) {
      document.title = `${mark} ${document.title}`;
    }
  };
  apply();
  const observer = new MutationObserver(apply);
  observer.observe(document.head, {
    childList: true,
    characterData: true,
    subtree: true
  });
  return () => observer.disconnect();
}
