// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A page that is told what changes. What it has not read yet is kept once by topic, the newest, so
 * that a page that reads slowly, or not at all, takes no more memory than one that is quick. No
 * thread waits for it.
 */
final class EventStream implements WriteListener {
  private static final byte[] REMARK = ": here\n\n".getBytes(UTF_8);
  private static final int MAX_TOPICS = 200;

  private final AsyncContext context;
  private final ServletOutputStream out;
  private final Consumer<EventStream> ended;
  private final BooleanSupplier isIn;
  private final Map<String, byte[]> waiting = new LinkedHashMap<>();
  private final Map<String, Integer> told = new HashMap<>();
  private boolean remark;
  private long come;
  private long deleted;
  private long visits;
  private long position = -1;
  private boolean ready;
  private boolean unflushed;
  private boolean over;

  /**
   * Makes one.
   *
   * @param isIn whether the browser is still let in
   */
  EventStream(
      AsyncContext context,
      ServletOutputStream out,
      Consumer<EventStream> ended,
      BooleanSupplier isIn) {
    this.isIn = isIn;
    this.context = context;
    this.out = out;
    this.ended = ended;
  }

  /** Tells whether the browser is still let in. */
  boolean isIn() {
    return isIn.getAsBoolean();
  }

  /** Begins to write. */
  void begin() {
    context.setTimeout(0);
    context.addListener(
        new AsyncListener() {
          @Override
          public void onComplete(AsyncEvent event) {
            finish();
          }

          @Override
          public void onTimeout(AsyncEvent event) {
            end();
          }

          @Override
          public void onError(AsyncEvent event) {
            end();
          }

          @Override
          public void onStartAsync(AsyncEvent event) {
            // It is not started twice.
          }
        });
    out.setWriteListener(this);
  }

  /**
   * What is said of something, made once for all pages.
   *
   * @param digest of what it says; the same of the same
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by its digest
  record Event(String topic, int digest, byte[] text) {
    /** Makes one; a topic is a name, and what is spoken of behind a colon. */
    static Event of(String topic, byte[] json) {
      return new Event(topic, Arrays.hashCode(json), event(topic.replaceFirst(":.*", ""), json));
    }
  }

  /** Tells what stands now, unless the page knows. */
  void offer(Event event) {
    synchronized (this) {
      Integer known = told.get(event.topic());
      if (over || (known != null && known == event.digest())) {
        return;
      }
      if (told.size() >= MAX_TOPICS) {
        told.clear();
      }
      told.put(event.topic(), event.digest());
      waiting.put(event.topic(), event.text());
    }
    pump();
  }

  /** Tells that visits came or were deleted; adds up what was not read yet. */
  void visits(long more, long fewer, long all, long head) {
    synchronized (this) {
      come += more;
      deleted += fewer;
      visits = all;
      position = head;
    }
    pump();
  }

  void remark() {
    synchronized (this) {
      remark = true;
    }
    pump();
  }

  @Override
  public void onWritePossible() {
    synchronized (this) {
      ready = true;
    }
    pump();
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  private void pump() {
    try {
      write();
    } catch (IOException | RuntimeException e) { // the page has gone
      end();
    }
  }

  private synchronized void write() throws IOException {
    if (!ready || over) {
      return;
    }
    while (out.isReady()) {
      byte[] next = next();
      if (next != null) {
        out.write(next);
        unflushed = true;
      } else if (unflushed) {
        unflushed = false;
        out.flush();
      } else {
        return;
      }
    }
  }

  private byte @Nullable [] next() {
    Iterator<byte[]> first = waiting.values().iterator();
    if (first.hasNext()) {
      byte[] event = first.next();
      first.remove();
      return event;
    }
    if (position >= 0) {
      byte[] json =
          Json.bytes(
              Json.object()
                  .put("come", come)
                  .put("deleted", deleted)
                  .put("visits", visits)
                  .put("position", position));
      come = 0;
      deleted = 0;
      position = -1;
      return event("visits", json);
    }
    if (remark) {
      remark = false;
      return REMARK;
    }
    return null;
  }

  private static byte[] event(String name, byte[] json) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.length + 32);
    bytes.writeBytes(("event: " + name + "\ndata: ").getBytes(UTF_8));
    bytes.writeBytes(json);
    bytes.writeBytes("\n\n".getBytes(UTF_8));
    return bytes.toByteArray();
  }

  /** Ends it. */
  void end() {
    finish();
    try {
      context.complete();
    } catch (IllegalStateException e) {
      return; // it had ended
    }
  }

  private void finish() {
    synchronized (this) {
      over = true;
      waiting.clear();
    }
    ended.accept(this);
  }
}
