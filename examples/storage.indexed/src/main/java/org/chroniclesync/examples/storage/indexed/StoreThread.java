// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.MVStoreTool;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches the file: callers take turns in the order of their coming, and one
 * that is interrupted cannot close the file's channel for all others. Safe for any thread.
 */
final class StoreThread implements AutoCloseable {
  private static final long LITTLE_SPACE_BYTES = 1 << 20;

  private final Path path;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "chroniclesync-indexed"));

  /** Null until the file is used, and again after a failure. For the thread alone. */
  private @Nullable Maps maps;

  /** What was accepted at the last moment must not open the file again. For the thread alone. */
  private boolean closed;

  interface Work<R> {
    R on(Maps maps) throws StorageException;
  }

  StoreThread(Path path) {
    this.path = path;
  }

  /** Waits for its turn and for the work, also when the caller is interrupted. */
  <R> R call(Work<R> work) throws StorageException {
    CompletableFuture<R> answer = new CompletableFuture<>();
    try {
      thread.execute(() -> complete(answer, () -> onThread(work)));
    } catch (RejectedExecutionException e) {
      throw failure(Kind.CLOSED, "was closed", e);
    }
    try {
      return answer.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof StorageException failure
          ? failure
          : failure(Kind.FAILED, "failed: " + cause, e);
    }
  }

  /**
   * Copies what stands into another file, which takes the place of this one, if something is to be
   * erased. In this one a page stays where it was when another replaces it.
   */
  void rewrite() throws StorageException {
    boolean due = call(Maps::isErasable);
    if (due) {
      call(
          opened -> {
            drop();
            MVStoreTool.compact(path.toString(), false);
            return true;
          });
      call(Maps::erased);
    }
  }

  private static <R> void complete(CompletableFuture<R> answer, Callable<R> work) {
    try {
      answer.complete(work.call());
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    }
  }

  private <R> R onThread(Work<R> work) throws StorageException {
    if (closed) {
      throw failure(Kind.CLOSED, "was closed", null);
    }
    boolean done = false;
    try {
      if (maps == null) {
        // Where a rewriting was cut short.
        MVStoreTool.compactCleanUp(path.toString());
      }
      Maps opened = maps == null ? new Maps(path) : maps;
      maps = opened;
      R result = work.on(opened);
      done = true;
      return result;
    } catch (MVStoreException e) {
      throw failure(e);
    } catch (UncheckedIOException e) {
      throw failure(Kind.CORRUPT, "cannot be read; put a good copy in its place", e);
    } finally {
      if (!done) {
        // What was half done was not committed. The next call opens what was.
        drop();
      }
    }
  }

  private void drop() {
    Maps opened = maps;
    maps = null;
    if (opened != null) {
      opened.close();
    }
  }

  private StorageException failure(MVStoreException e) {
    return switch (e.getErrorCode()) {
      case DataUtils.ERROR_FILE_LOCKED ->
          failure(Kind.FAILED, "is in use by another store; stop that first", e);
      case DataUtils.ERROR_FILE_CORRUPT, DataUtils.ERROR_CHUNK_NOT_FOUND ->
          failure(Kind.CORRUPT, "cannot be read; put a good copy in its place", e);
      case DataUtils.ERROR_UNSUPPORTED_FORMAT ->
          failure(Kind.TOO_NEW, "was written by a newer version; update this one", e);
      default ->
          path.toFile().getUsableSpace() < LITTLE_SPACE_BYTES
              ? failure(Kind.FULL, "has no space left on its disk; make some", e)
              : failure(Kind.FAILED, "failed: " + e.getMessage(), e);
    };
  }

  StorageException full(String why) {
    return failure(Kind.FULL, why, null);
  }

  void check() throws StorageException {
    if (thread.isShutdown()) {
      throw failure(Kind.CLOSED, "was closed", null);
    }
  }

  private StorageException failure(Kind kind, String what, @Nullable Exception cause) {
    return new StorageException(kind, "The history " + path + " " + what + ".", cause);
  }

  /** Ends what came before, refuses what comes, and closes the file. */
  @Override
  public synchronized void close() {
    if (!thread.isShutdown()) {
      CompletableFuture<Boolean> ended = new CompletableFuture<>();
      thread.execute(
          () ->
              complete(
                  ended,
                  () -> {
                    closed = true;
                    drop();
                    return true;
                  }));
      thread.shutdown();
      ended.join();
    }
  }
}
