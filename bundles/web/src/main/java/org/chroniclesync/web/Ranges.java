// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;

/** The ranges of settings, which are in the metatype files but not in the service's answers. */
final class Ranges {
  static final Range NONE = new Range(null, null);

  private static final String FOLDER = "OSGI-INF/metatype";

  /** A range; what is null is open. */
  record Range(@Nullable String least, @Nullable String most) {}

  private Ranges() {}

  static Map<String, Range> of(Bundle bundle) {
    Map<String, Range> ranges = new HashMap<>();
    Enumeration<URL> files = bundle.findEntries(FOLDER, "*.xml", false);
    for (URL file : files == null ? Collections.<URL>emptyList() : Collections.list(files)) {
      try (InputStream in = file.openStream()) {
        read(in, ranges);
      } catch (IOException | XMLStreamException e) {
        // The service has read it; a range is only shown.
        return ranges;
      }
    }
    return ranges;
  }

  private static void read(InputStream in, Map<String, Range> ranges) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader reader = factory.createXMLStreamReader(in);
    try {
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT
            && reader.getLocalName().equals("AD")) {
          String id = reader.getAttributeValue(null, "id");
          if (id != null) {
            ranges.put(
                id,
                new Range(
                    reader.getAttributeValue(null, "min"), reader.getAttributeValue(null, "max")));
          }
        }
      }
    } finally {
      reader.close();
    }
  }
}
