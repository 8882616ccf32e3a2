/**
 * How long tests wait for what has to come: as long as a busy machine needs, since what does come
 * ends the waiting. Loaded by Jest before each file.
 */
import { configure } from '@testing-library/react';

configure({ asyncUtilTimeout: 15_000 });
