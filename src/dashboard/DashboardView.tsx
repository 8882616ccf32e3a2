import React, { useId, useSyncExternalStore } from 'react';

import { useTrans } from '../components/context';
import { later } from '../components/later';
import { useInfo } from '../state/info';
import { useServiceInfo } from '../state/service';
import type { Listeners } from '../state/listeners';
import type { IDashboardMenus } from './menus';
import type { DashboardModel, DashboardTab } from './model';
import { TABS } from './model';
import { ServersView } from './ServersView';

const RulesView = later(
  async () => (await import('../rules/RulesView')).RulesView,
  true
);

const LogView = later(
  async () => (await import('./log/LogView')).LogView,
  true
);

const GroupsView = later(
  async () => (await import('../components/groups/GroupsView')).GroupsView,
  true
);

/**
 * What the dashboard takes.
 */
export interface IDashboardViewProps {
  model: DashboardModel;
  menus: IDashboardMenus;
  /** Tells when the widget is shown again, which computes the order anew. */
  shown: Listeners['subscribe'];
}

/**
 * The dashboard: a tab for each thing there is to take care of.
 */
export function DashboardView(props: IDashboardViewProps): JSX.Element {
  const { model } = props;
  const trans = useTrans();
  const capabilities = useInfo()?.capabilities;
  const state = useSyncExternalStore(model.subscribe, model.get);
  const id = useId();
  const service = useServiceInfo();
  const isThere: Readonly<Record<DashboardTab, boolean | undefined>> = {
    servers: true,
    groups: capabilities?.manage_groups,
    // Until the service has said it, what the server extension knows.
    rules: service !== null && capabilities?.edit_rules,
    log: service
      ? (service.data?.may_see_audit ?? capabilities?.edit_rules)
      : false
  };
  const tabs = TABS.filter(name => isThere[name]);
  const tab = tabs.includes(state.tab) ? state.tab : 'servers';
  const content =
    tab === 'servers' ? (
      <ServersView {...props} />
    ) : (
      <>
        {tab === 'groups' && <GroupsView />}
        {tab === 'rules' && (
          <RulesView
            drafts={model.drafts}
            selected={state.rule}
            onSelect={key => model.showRule(key)}
          />
        )}
        {tab === 'log' && <LogView />}
      </>
    );
  if (tabs.length === 1) {
    return <div className="jp-HubAdmin-dashboardView">{content}</div>;
  }
  return (
    <div className="jp-HubAdmin-dashboardView">
      <div
        role="tablist"
        className="jp-HubAdmin-tabs"
        aria-label={trans.__('Hub Admin')}
        onKeyDown={event => {
          const next = neighbour(tabs, tab, event.key);
          if (next) {
            event.preventDefault();
            model.showTab(next);
            document.getElementById(`${id}-${next}`)?.focus();
          }
        }}
      >
        {tabs.map(name => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === tab}
            aria-controls={`${id}-panel`}
            tabIndex={name === tab ? 0 : -1}
            onClick={() => model.showTab(name)}
          >
            {tabLabel(name, trans)}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        className="jp-HubAdmin-tabPanel"
        aria-labelledby={`${id}-${tab}`}
      >
        {content}
      </div>
    </div>
  );
}

function tabLabel(
  name: DashboardTab,
  trans: ReturnType<typeof useTrans>
): string {
  switch (name) {
    case 'servers':
      return trans.__('Servers');
    case 'groups':
      return trans.__('Groups');
    case 'rules':
      return trans.__('Idle rules');
    case 'log':
      return trans.__('Log');
  }
}

/**
 * The tab that a key leads to; undefined for other keys.
 */
function neighbour(
  tabs: readonly DashboardTab[],
  tab: DashboardTab,
  key: string
): DashboardTab | undefined {
  const index = tabs.indexOf(tab);
  switch (key) {
    case 'ArrowRight':
      return tabs[(index + 1) % tabs.length];
    case 'ArrowLeft':
      return tabs[(index + tabs.length - 1) % tabs.length];
    case 'Home':
      return tabs[0];
    case 'End':
      return tabs[tabs.length - 1];
    default:
      return undefined;
  }
}
