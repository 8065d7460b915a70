// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import aQute.bnd.osgi.Processor;
import aQute.bnd.osgi.repository.ResourcesRepository;
import aQute.bnd.osgi.repository.XMLResourceParser;
import aQute.bnd.osgi.resource.ResourceBuilder;
import aQute.bnd.osgi.resource.ResourceUtils;
import biz.aQute.resolve.BndResolver;
import biz.aQute.resolve.ResolveProcess;
import biz.aQute.resolve.ResolverLogger;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.osgi.resource.Resource;

/** The resolver of bnd over the index, for somebody who already has a framework. */
final class Resolving {
  private Resolving() {}

  /** Returns all that is needed for what a bndrun requires. */
  static Collection<Resource> resources(Properties bndrun) throws Exception {
    try (Processor run = new Processor();
        ResolverLogger log = new ResolverLogger(0)) {
      run.addProperties(bndrun);
      run.addBasicPlugin(new ResourcesRepository(index()));
      run.addBasicPlugin(new ResourcesRepository(framework()));
      return List.copyOf(
          new ResolveProcess()
              .resolveRequired(run, null, run, new BndResolver(log), List.of(), log)
              .keySet());
    }
  }

  /** Returns the jars of the same, but for the framework. */
  static List<Path> jars(Properties bndrun) throws Exception {
    List<Path> jars = new ArrayList<>();
    for (Resource resource : resources(bndrun)) {
      URI content = ResourceUtils.getURI(resource).orElseThrow();
      // The requirements themselves are a resource, too, which is no file.
      if ("file".equals(content.getScheme()) && !Path.of(content).equals(frameworkJar())) {
        jars.add(Path.of(content));
      }
    }
    return jars;
  }

  private static List<Resource> index() throws Exception {
    return XMLResourceParser.getResources(Built.repository().resolve("index.xml").toUri());
  }

  private static List<Resource> framework() throws Exception {
    ResourceBuilder builder = new ResourceBuilder();
    builder.addFile(frameworkJar().toFile(), frameworkJar().toUri());
    return new ArrayList<>(List.of(builder.build()));
  }

  private static Path frameworkJar() {
    return Built.distribution().resolve("lib").resolve("org.apache.felix.framework.jar");
  }
}
