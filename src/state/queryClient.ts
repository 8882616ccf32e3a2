import { QueryClient } from '@tanstack/react-query';

/**
 * Make the cache of everything that the server extension answered.
 *
 * It asks nothing by itself: the server extension retries reads, the panel shows how the Hub is,
 * and what is asked while hidden would cost the Hub's one thread.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The browser being offline says nothing about a hub on the same machine.
        networkMode: 'always',
        refetchOnReconnect: false,
        refetchOnWindowFocus: false,
        retry: false,
        staleTime: 0
      },
      mutations: { networkMode: 'always', retry: false }
    }
  });
}
