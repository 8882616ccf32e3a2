import React, { useEffect, useMemo, useRef, useState } from 'react';

import { messageOf } from '../api/errors';
import type { RulesView as IRules, ServiceInfo } from '../api/types';
import { Band, EmptyState } from '../components/Band';
import { useTrans } from '../components/context';
import { AwayBand, ForbiddenBand } from '../components/HubBands';
import { useRules, useServiceInfo, useServiceServers } from '../state/service';
import { AddRule } from './AddRule';
import type { IEdited, RuleDrafts } from './drafts';
import { isChanged, useDrafts } from './drafts';
import type { IRuleKey } from './levels';
import { bookOf, HUB, keyText, userOf } from './levels';
import { RuleEditor } from './RuleEditor';
import { RuleTree } from './RuleTree';
import { useGroupsOf } from './useNames';

/**
 * What the tab takes.
 */
export interface IRulesViewProps {
  drafts: RuleDrafts;
  /** The level that is shown; null: the first. */
  selected: IRuleKey | null;
  onSelect: (key: IRuleKey) => void;
}

/**
 * The idle rules of all levels, of which one is shown and can be changed.
 */
export function RulesView(props: IRulesViewProps): JSX.Element | null {
  const trans = useTrans();
  const rules = useRules();
  const access = useServiceInfo();
  if (!rules) {
    return null;
  }
  if (rules.data) {
    return (
      <>
        <AwayBand />
        <ForbiddenBand />
        {rules.isError && (
          <Band
            button={{
              label: trans.__('Try now'),
              onClick: () => void rules.refetch()
            }}
          >
            {trans.__(
              'These rules are not up to date: %1',
              messageOf(rules.error)
            )}
          </Band>
        )}
        <div className="jp-HubAdmin-rulesBox">
          <Rules {...props} rules={rules.data} access={access?.data} />
        </div>
      </>
    );
  }
  return rules.isError ? (
    <EmptyState
      button={{
        label: trans.__('Try again'),
        onClick: () => void rules.refetch()
      }}
    >
      {trans.__('The rules could not be read: %1', messageOf(rules.error))}
    </EmptyState>
  ) : (
    <EmptyState>{trans.__('Loading…')}</EmptyState>
  );
}

function Rules(
  props: IRulesViewProps & { rules: IRules; access: ServiceInfo | undefined }
): JSX.Element {
  const { drafts, rules, access, onSelect } = props;
  const trans = useTrans();
  const found = useServiceServers()?.data?.items;
  const servers = found ?? NONE;
  const book = useMemo(() => bookOf(rules), [rules]);
  const edited = useDrafts(drafts);
  const [added, setAdded] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  const isFollowed = useRef(false);

  const listed = keysOf(rules, edited, access, props.selected);
  const selected = props.selected ?? listed[0] ?? null;
  const groups = useGroupsOf(selected && userOf(selected), servers);
  const isListed = (key: IRuleKey) =>
    listed.some(other => keyText(other) === keyText(key));
  useEffect(() => {
    // The link that was followed has gone with its form.
    if (isFollowed.current) {
      isFollowed.current = false;
      tree.current?.querySelector<HTMLElement>('[aria-current]')?.focus();
    }
  });
  return (
    <div className="jp-HubAdmin-rules">
      <div ref={tree} className="jp-HubAdmin-ruleLevels">
        <RuleTree
          keys={listed}
          book={book}
          drafts={edited}
          selected={selected}
          onSelect={key => {
            setAdded(null);
            onSelect(key);
          }}
        />
        <AddRule
          access={access}
          servers={servers}
          onAdd={key => {
            setAdded(keyText(key));
            onSelect(key);
          }}
        />
      </div>
      {selected ? (
        <RuleEditor
          key={keyText(selected)}
          ruleKey={selected}
          book={book}
          groups={groups}
          drafts={drafts}
          servers={found ?? null}
          focuses={added === keyText(selected)}
          opener={key =>
            isListed(key)
              ? () => {
                  isFollowed.current = true;
                  setAdded(null);
                  onSelect(key);
                }
              : undefined
          }
        />
      ) : (
        <EmptyState>{trans.__('Choose a level, or add a rule.')}</EmptyState>
      )}
    </div>
  );
}

const NONE: readonly never[] = [];

const LEVELS: readonly IRuleKey['level'][] = ['hub', 'group', 'user', 'server'];

/**
 * The levels that are listed: those with a rule that the visitor may edit, what is being written,
 * and the hub.
 */
function keysOf(
  { rules }: IRules,
  edited: ReadonlyMap<string, IEdited>,
  access: ServiceInfo | undefined,
  selected: IRuleKey | null
): IRuleKey[] {
  const keys = new Map<string, IRuleKey>();
  const add = ({ level, name }: IRuleKey) =>
    keys.set(keyText({ level, name }), { level, name });
  if (access?.may_edit_hub) {
    add(HUB);
  }
  rules.filter(({ may_edit }) => may_edit).forEach(add);
  [...edited.values()].filter(isChanged).forEach(({ key }) => add(key));
  if (selected) {
    add(selected);
  }
  const rank = ({ level }: IRuleKey) => LEVELS.indexOf(level);
  return [...keys.values()].sort(
    (a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1)
  );
}
