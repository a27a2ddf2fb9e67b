import { useEffect, useState } from 'react';
import { type Photograph, usePicture } from './use-picture.ts';
import './thumbnail.css';

/** Rows that fly past while somebody scrolls ask for nothing. */
const REST_MILLISECONDS = 120;

/** A photograph of a list, once it has been in sight for a moment. It says nothing that the row does not say in words. */
export function Thumbnail({
  photograph,
  version,
}: {
  readonly photograph: Photograph | null;
  readonly version: string;
}) {
  const [isAtRest, rest] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => rest(true), REST_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);
  const picture = usePicture(isAtRest ? photograph : null, 'thumbnail', version);
  if (picture?.state === 'shown') return <img className="thumbnail" src={picture.address} alt="" />;
  return <span className={`thumbnail ${photograph === null ? 'none' : 'waits'}`} />;
}
