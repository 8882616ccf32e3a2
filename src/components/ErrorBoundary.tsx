import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { EmptyState } from './Band';

interface IErrorBoundaryProps {
  trans: TranslationBundle;
  children: React.ReactNode;
}

interface IErrorBoundaryState {
  error: Error | null;
}

/**
 * Shows a sentence and a way on where a component broke, instead of nothing at all.
 */
export class ErrorBoundary extends React.Component<
  IErrorBoundaryProps,
  IErrorBoundaryState
> {
  /**
   * Take what was thrown.
   */
  static getDerivedStateFromError(error: Error): IErrorBoundaryState {
    return { error };
  }

  override state: IErrorBoundaryState = { error: null };

  override render(): React.ReactNode {
    const { children, trans } = this.props;
    const { error } = this.state;
    return error ? (
      <EmptyState
        button={{
          label: trans.__('Try again'),
          onClick: () => this.setState({ error: null })
        }}
      >
        {trans.__('Hub Admin could not be shown: %1', error.message)}
      </EmptyState>
    ) : (
      children
    );
  }
}
