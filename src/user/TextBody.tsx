import React from 'react';

/**
 * A text from elsewhere in a dialog: its lines as they are, and nothing of it is markup.
 */
export function TextBody(props: { text: string }): JSX.Element {
  return <p className="jp-HubAdmin-wholeText">{props.text}</p>;
}
