// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.RTCDataChannelBuffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/** What this process holds, as Linux and the JVM count it. */
record Footprint(
    int threads,
    int tasks,
    int descriptors,
    int globalReferences,
    int attempts,
    int buffers,
    long heapBytes,
    long rssBytes) {
  private static final Path SELF = Path.of("/proc/self");
  private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");
  private static final Pattern GLOBALS = Pattern.compile("JNI global refs: (\\d+)");

  static boolean canBeTaken() {
    return Files.isReadable(SELF.resolve("status"));
  }

  static Footprint take() throws IOException, JMException {
    // The JVM tells how many references native code holds at the end of a thread dump only.
    String dump = diagnose("threadPrint");
    // Of what is reachable, so it collects garbage first.
    String histogram = diagnose("gcClassHistogram");
    return new Footprint(
        Thread.getAllStackTraces().size(),
        count("task"),
        // The listing itself is one of them.
        count("fd") - 1,
        (int) number(GLOBALS, dump),
        instances(Attempt.class, histogram),
        instances(RTCDataChannelBuffer.class, histogram),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        1024 * number(RSS, Files.readString(SELF.resolve("status"))));
  }

  private static int count(String folder) throws IOException {
    try (Stream<Path> entries = Files.list(SELF.resolve(folder))) {
      return (int) entries.count();
    }
  }

  private static String diagnose(String command) throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                command,
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
  }

  private static int instances(Class<?> type, String histogram) {
    Matcher line =
        Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(type.getName()) + "$")
            .matcher(histogram);
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }

  private static long number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern);
    }
    return Long.parseLong(matcher.group(1));
  }

  @Override
  public String toString() {
    return ("threads %d, tasks %d, descriptors %d, JNI references %d, attempts %d, buffers %d,"
            + " heap %d KiB, RSS %d KiB")
        .formatted(
            threads,
            tasks,
            descriptors,
            globalReferences,
            attempts,
            buffers,
            heapBytes / 1024,
            rssBytes / 1024);
  }
}
