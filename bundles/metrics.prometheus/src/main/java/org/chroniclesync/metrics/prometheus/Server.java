// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.support.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server for one request per connection. That of the JDK bounds neither how long a client
 * may take nor, but for the whole process, how many may come. Safe for any thread.
 */
final class Server implements AutoCloseable {
  /** How many clients are served at once; a further one is hung up on. */
  static final int MAX_CLIENTS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final int BACKLOG = 16;

  /** How long to rest when the process has no file descriptor for a client. */
  private static final Duration REST = Duration.ofMillis(100);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

  private final Responder responder;
  private final Duration patience;
  private final ServerSocket listening;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread acceptor = DaemonThreads.make("chroniclesync-metrics", this::accept);
  private final ExecutorService workers =
      new ThreadPoolExecutor(
          0,
          MAX_CLIENTS,
          REST.toMillis(),
          TimeUnit.MILLISECONDS,
          new SynchronousQueue<>(),
          DaemonThreads.named("chroniclesync-metrics-client"));
  private final ScheduledExecutorService clock;

  /**
   * Listens.
   *
   * @param patience how long one client may take in all
   * @throws IOException if the port cannot be had
   */
  Server(InetSocketAddress address, Responder responder, Duration patience) throws IOException {
    this.responder = responder;
    this.patience = patience;
    this.listening = new ServerSocket();
    try {
      listening.bind(address, BACKLOG);
    } catch (IOException e) {
      listening.close();
      throw e;
    }
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(1, DaemonThreads.named("chroniclesync-metrics-clock"));
    executor.setRemoveOnCancelPolicy(true);
    this.clock = executor;
  }

  Server start() {
    acceptor.start();
    return this;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        serve(listening.accept());
      } catch (IOException e) {
        rest();
      } catch (RuntimeException | Error e) {
        LOG.warn("A client of the metrics was not served.", e);
        rest();
      }
    }
  }

  private void rest() {
    try {
      // Ends at once when the server is closed, which is the usual reason.
      closed.await(REST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket client) {
    clients.add(client);
    if (closed.getCount() == 0) {
      hangUp(client);
      return;
    }
    try {
      workers.execute(() -> talk(client));
    } catch (RejectedExecutionException e) {
      hangUp(client);
    }
  }

  private void talk(Socket client) {
    try {
      // Closing is what wakes a thread out of reading as well as out of writing.
      ScheduledFuture<?> end =
          clock.schedule(() -> hangUp(client), patience.toMillis(), TimeUnit.MILLISECONDS);
      try {
        Request request = Request.read(new BufferedInputStream(client.getInputStream()));
        Response response = responder.answer(request);
        response.write(
            client.getOutputStream(), request == null || !request.method().equals("HEAD"));
        client.shutdownOutput();
      } finally {
        end.cancel(false);
      }
    } catch (IOException e) {
      LOG.debug("a client of the metrics went: {}", e.toString());
    } catch (RuntimeException | Error e) {
      LOG.warn("A client of the metrics was not served.", e);
    } finally {
      hangUp(client);
    }
  }

  private void hangUp(Socket client) {
    clients.remove(client);
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("a client of the metrics went: {}", e.toString());
    }
  }

  /** Hangs up on everybody and gives the port back. Closing twice is allowed. */
  @Override
  public void close() {
    closed.countDown();
    try {
      listening.close();
    } catch (IOException e) {
      LOG.debug("the port of the metrics is closed: {}", e.toString());
    }
    clients.forEach(this::hangUp);
    workers.shutdown();
    clock.shutdownNow();
    try {
      acceptor.join(CLOSE_PATIENCE.toMillis());
      if (!workers.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
