import type {
  DecisionView,
  EffectiveRules,
  Preview,
  Rule,
  RuleOrigin,
  RulesView,
  RuleView,
  SecondsValue,
  ServiceServer,
  ServiceServers
} from '../api/types';

/**
 * When all of this is asked.
 */
export const NOW = '2026-11-23T14:02:00Z';

/**
 * What holds where nothing is set.
 */
export const DEFAULTS: Rule = {
  server: { idle_timeout: 3600, max_age: 'never', warn_before: 600 },
  kernels: {
    idle_timeout: 3600,
    interval: 300,
    cull_connected: true,
    cull_busy: false
  },
  terminals: { idle_timeout: 'never', interval: 300 },
  bounds: { min: null, max: null },
  exempt: null,
  ceilings: null
};

/**
 * A rule as it is set by admin2.
 */
export function ruleView(
  level: RuleView['level'],
  name: string,
  rule: Rule,
  more: Partial<RuleView> = {}
): RuleView {
  return {
    level,
    name,
    rule,
    version: 3,
    changed_by: 'admin2',
    changed_at: '2026-11-23T13:00:00Z',
    may_edit: true,
    ...more
  };
}

/**
 * These rules, and the defaults.
 */
export function rulesView(...rules: RuleView[]): RulesView {
  return { defaults: DEFAULTS, rules, as_of: NOW };
}

const BY_DEFAULT: RuleOrigin = { level: 'default', name: '' };

function secondsOf(value: number | null): SecondsValue {
  return { value, origin: BY_DEFAULT };
}

/**
 * What holds for a server by the defaults alone.
 */
export function effective(more: Partial<EffectiveRules> = {}): EffectiveRules {
  return {
    server: {
      idle_timeout: secondsOf(3600),
      max_age: secondsOf(null),
      warn_before: secondsOf(600)
    },
    kernels: {
      idle_timeout: secondsOf(3600),
      interval: secondsOf(300),
      cull_connected: { value: true, origin: BY_DEFAULT },
      cull_busy: { value: false, origin: BY_DEFAULT }
    },
    terminals: { idle_timeout: secondsOf(null), interval: secondsOf(300) },
    bounds: { min: secondsOf(null), max: secondsOf(null) },
    exempt: null,
    ...more
  };
}

/**
 * A server that was used a moment ago.
 */
export function decision(more: Partial<DecisionView> = {}): DecisionView {
  return {
    verdict: 'keep',
    reason_code: 'idle',
    reason: 'Nothing used for 2 min; the limit is 1 h, the default.',
    facts: { seconds: 120, limit: 3600 },
    deadline: '2026-11-23T15:00:00Z',
    warn_at: '2026-11-23T14:50:00Z',
    last_activity: '2026-11-23T14:00:00Z',
    origin: BY_DEFAULT,
    sources: [
      { kind: 'kernel', name: 'train.ipynb', at: '2026-11-23T14:00:00Z' }
    ],
    ...more
  };
}

/**
 * A running server as the hub service sees it.
 */
export function serviceServer(
  user: string,
  more: Partial<ServiceServer> = {}
): ServiceServer {
  return {
    user,
    name: '',
    groups: [],
    state: 'running',
    started: '2026-11-23T09:12:00Z',
    hub_last_activity: '2026-11-23T14:00:00Z',
    report: {
      at: '2026-11-23T14:01:40Z',
      next_expected: '2026-11-23T14:02:40Z',
      kernels: [],
      terminals: [],
      presence: null,
      tabs: 1
    },
    kept: null,
    rules: effective(),
    decision: decision(),
    may_manage: true,
    ...more
  };
}

/**
 * These servers.
 */
export function serviceServers(...items: ServiceServer[]): ServiceServers {
  return { items, as_of: NOW, now: NOW };
}

/**
 * A preview that stops and keeps these, named `user` or `user/server`.
 */
export function preview(
  stops: readonly string[],
  keeps: readonly string[] = []
): Preview {
  const item = (who: string, verdict: 'cull' | 'keep') => {
    const [user = '', server = ''] = who.split('/');
    return { user, server, decision: decision({ verdict }) };
  };
  return {
    stops: stops.map(who => item(who, 'cull')),
    stops_total: stops.length,
    keeps: keeps.map(who => item(who, 'keep')),
    keeps_total: keeps.length,
    as_of: NOW
  };
}
