// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.core.base.Guard;
import org.chroniclesync.core.base.Late;
import org.jspecify.annotations.Nullable;

/** Somebody who says how parts do, and may throw, hang or lie. For one thread at a time. */
final class Reporter {
  private static final Part.Failed SILENT =
      new Part.Failed(
          "It does not answer when the node asks how its parts do.",
          "Restart or remove its bundle.");

  private final String name;
  private final Late<PartReporter> service;
  private final Runnable changed;
  private boolean watches;
  private @Nullable CompletableFuture<List<Part>> asked;

  /**
   * Whether something changed since it was last asked, so that an answer may be older than that.
   */
  private volatile boolean told;

  /** Whether the answer, once it is there, is news. */
  private boolean late;

  /**
   * Makes it.
   *
   * @param name by which a person finds it, also while it is not there yet
   * @param service gives out the reporter, whose activation may take long or fail; then there is
   *     nothing to ask, and the component runtime says so
   * @param changed what the reporter runs to be asked at once
   */
  Reporter(String name, Supplier<? extends @Nullable PartReporter> service, Runnable changed) {
    this.name = name;
    this.changed = changed;
    this.service = new Late<>(service);
  }

  /** Asks, unless the last question was not answered yet. */
  void ask(Executor executor) {
    if (asked == null) {
      told = false;
      late = false;
      CompletableFuture<List<Part>> next = new CompletableFuture<>();
      asked = next;
      executor.execute(
          () -> {
            try {
              next.complete(parts());
            } catch (RuntimeException | Error e) {
              next.completeExceptionally(e);
            }
          });
    }
  }

  private List<Part> parts() {
    PartReporter reporter = service.get();
    if (reporter == null) {
      return List.of();
    }
    if (!watches) {
      watches = true;
      reporter.watch(this::tell);
    }
    List<Part> all = reporter.parts();
    return List.copyOf(all.subList(0, Math.min(all.size(), PartReporter.MAX_PARTS)));
  }

  private void tell() {
    told = true;
    changed.run();
  }

  /**
   * Returns the answer, or a part that says that there is none.
   *
   * @param deadline how long to wait, in {@link System#nanoTime}
   * @param early whether the node has only just started, and so may the one who is asked
   */
  List<Part> answer(long deadline, boolean early) throws InterruptedException {
    CompletableFuture<List<Part>> question = asked;
    if (question == null) {
      return List.of();
    }
    try {
      List<Part> parts = question.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      answered();
      return parts;
    } catch (TimeoutException e) {
      if (told && !late) {
        late = true;
        question.whenComplete((parts, failure) -> changed.run());
      }
      return List.of(new Part("reporter", name, early ? new Part.Starting() : SILENT));
    } catch (ExecutionException e) {
      answered();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return List.of(new Part("reporter", name, Guard.failed("It", cause)));
    }
  }

  private void answered() {
    asked = null;
    if (told) {
      changed.run();
    }
  }
}
