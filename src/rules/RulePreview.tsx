import { stopIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { bounded } from '../api/errors';
import type { PreviewItem } from '../api/types';
import { useTrans } from '../components/context';
import { whyText } from '../format/reason';
import { formatMoment } from '../format/time';
import { whoOf } from '../format/who';
import type { IRuleForm } from './useRuleForm';

/**
 * Characters of a reason that are shown; reports of servers have a part in them.
 */
const MAX_REASON = 500;

/**
 * What the rules as they are written would stop now and what they would keep, and why.
 */
export function RulePreview({ form }: { form: IRuleForm }): JSX.Element {
  const { preview, previewError, isAsking, isDirty } = form;
  const trans = useTrans();
  const summary =
    preview && !isAsking && isDirty
      ? trans.__(
          'Stops now: %1. Keeps: %2.',
          preview.stops_total,
          preview.keeps_total
        )
      : '';
  return (
    <div
      className="jp-HubAdmin-rulePreview"
      role="group"
      aria-label={trans.__('With these values')}
      aria-busy={isAsking}
    >
      <h3>{trans.__('With these values')}</h3>
      {/* Only what the person's own change does is said. */}
      <div role="status" className="jp-HubAdmin-srOnly">
        {summary}
      </div>
      {previewError !== null && (
        <p>{trans.__('There is no preview: %1', previewError)}</p>
      )}
      {previewError === null && !preview && (
        <p>
          {isAsking
            ? trans.__('Asking what these values do…')
            : trans.__('Some field is wrong, so nothing can be said.')}
        </p>
      )}
      {previewError === null && preview && (
        <>
          <List
            title={trans.__('Stops now: %1', preview.stops_total)}
            items={preview.stops}
            total={preview.stops_total}
          />
          <List
            title={trans.__('Keeps: %1', preview.keeps_total)}
            items={preview.keeps}
            total={preview.keeps_total}
          />
        </>
      )}
    </div>
  );
}

function List(props: {
  title: string;
  items: readonly PreviewItem[];
  total: number;
}): JSX.Element {
  const { title, items, total } = props;
  const trans = useTrans();
  const more = total - items.length;
  return (
    <section aria-label={title}>
      <h4>{title}</h4>
      {items.length > 0 && (
        <ul>
          {items.map(item => (
            <Item key={whoOf(item)} item={item} />
          ))}
        </ul>
      )}
      {more > 0 && <p>{trans._n('and %1 more', 'and %1 more', more)}</p>}
    </section>
  );
}

function Item({ item }: { item: PreviewItem }): JSX.Element {
  const { verdict, deadline } = item.decision;
  const trans = useTrans();
  return (
    <li>
      {verdict === 'cull' && (
        <stopIcon.react tag="span" className="jp-HubAdmin-icon" />
      )}
      <span>
        <strong>{trans.__('%1:', whoOf(item))}</strong>{' '}
        <span>{bounded(whyText(item.decision, trans), MAX_REASON)}</span>
        {verdict === 'keep' && deadline !== null && (
          <>
            {' '}
            <span>
              {trans.__('Stops at %1.', formatMoment(deadline, Date.now()))}
            </span>
          </>
        )}
      </span>
    </li>
  );
}
