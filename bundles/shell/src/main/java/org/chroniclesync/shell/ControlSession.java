// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.shell.Requests.Request;
import org.chroniclesync.support.commands.Terminal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the control socket: a request comes in and is run, what it prints goes out. */
final class ControlSession {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);
  private static final int MAX_REASON_CHARS = 2_000;

  /** A preview is a table of devices. */
  private static final int MAX_REASON_LINES = 100;

  private final SocketChannel channel;
  private final Answers answers;
  private final CommandProcessor processor;
  private final int maxLineBytes;
  private final Consumer<ControlSession> ended;
  private final Thread thread;
  private volatile boolean busy;
  private volatile boolean ending;
  private volatile long silentSince = System.nanoTime();

  ControlSession(
      SocketChannel channel,
      CommandProcessor processor,
      int maxLineBytes,
      Consumer<ControlSession> ended) {
    this.channel = channel;
    this.answers = new Answers(channel);
    this.processor = processor;
    this.maxLineBytes = maxLineBytes;
    this.ended = ended;
    thread = DaemonThreads.make("chroniclesync-control-session", this::run);
  }

  void start() {
    thread.start();
  }

  Thread thread() {
    return thread;
  }

  void refuse(String why) throws IOException {
    try (channel) {
      answers.end(why, Answers.FAILED);
    }
  }

  /**
   * Ends the session, at once or after the answer to the command that runs: it may be the one that
   * stops the node, and the person who gave it should learn that it succeeded.
   */
  void end() {
    ending = true;
    if (!busy) {
      close();
    }
  }

  boolean isIdle() {
    return !busy;
  }

  /** How long nothing has come from the client. */
  long idleNanos() {
    return System.nanoTime() - silentSince;
  }

  /** Ends the session of a client that asks and does not read the answer. */
  void closeIfStuck(Duration patience) {
    if (answers.waitsNanos() > patience.toNanos()) {
      close();
    }
  }

  /** Ends the session; a command that runs finds its output closed, and is interrupted. */
  void close() {
    ending = true;
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("A session could not be closed.", e);
    }
    if (thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }

  private void run() {
    try (channel;
        CommandSession session =
            processor.createSession(
                InputStream.nullInputStream(), answers.print(), answers.print())) {
      // A question mark in an address is not a pattern for file names.
      session.put(CommandSession.OPTION_NO_GLOB, true);
      // Our commands need no scope in front of them, also where another bundle has one of that
      // name.
      session.put("SCOPE", "chroniclesync:*");
      Notes.put(session, answers.notes());
      serve(
          session, new Requests(new BufferedInputStream(new ChannelInput(channel)), maxLineBytes));
    } catch (IOException e) {
      LOG.debug("A session ended.", e);
    } finally {
      ended.accept(this);
    }
  }

  private void serve(CommandSession session, Requests requests) throws IOException {
    CommandRunner runner = new CommandRunner(session);
    Request request = next(requests);
    while (request != null) {
      silentSince = System.nanoTime();
      busy = true;
      // Only now: a thread that ends the session either sees it busy, or is seen here.
      if (ending) {
        return;
      }
      execute(session, runner, request);
      silentSince = System.nanoTime();
      busy = false;
      request = ending ? null : next(requests);
    }
  }

  private @Nullable Request next(Requests requests) throws IOException {
    try {
      return requests.next();
    } catch (Requests.TooLongException e) {
      answers.end(String.valueOf(e.getMessage()), Answers.FAILED);
      return null;
    }
  }

  private void execute(CommandSession session, CommandRunner runner, Request request)
      throws IOException {
    String text;
    byte end = Answers.DONE;
    try {
      text = text(session, runner.run(request));
    } catch (Exception | Error e) { // whatever a command throws, the person is told and goes on
      text = reason(e);
      end = Answers.FAILED;
    }
    answers.end(text, end);
  }

  private static String text(CommandSession session, @Nullable Object result) {
    if (result == null) {
      return "";
    }
    return result instanceof CharSequence text
        ? text.toString()
        : String.valueOf(session.format(result, Converter.INSPECT));
  }

  private static String reason(Throwable failure) {
    if (failure instanceof StackOverflowError) {
      return "The command is nested too deeply.";
    }
    // Gogo hands on what a command throws as it is, but not an Error.
    if (failure instanceof InvocationTargetException wrapped && wrapped.getCause() != null) {
      return reason(wrapped.getCause());
    }
    String message = failure instanceof Error ? null : failure.getMessage();
    return (message == null ? failure.toString() : message)
        .lines()
        .map(line -> Terminal.safe(line, MAX_REASON_CHARS))
        .limit(MAX_REASON_LINES)
        .collect(Collectors.joining("\n"));
  }
}
