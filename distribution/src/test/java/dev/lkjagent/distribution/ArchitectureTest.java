package dev.lkjagent.distribution;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md. */
class ArchitectureTest {
  private static final String MEMORY = "dev.lkjagent.memory..";
  private static final String JSON = "dev.lkjagent.json..";
  private static final String RUNTIME = "dev.lkjagent.runtime..";
  private static final String TESTKIT = "dev.lkjagent.testkit..";
  private static final String CLI = "dev.lkjagent.cli..";
  private static final String EXAMPLES = "dev.lkjagent.examples..";

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.lkjagent");

  @Test
  void everyModuleIsSeen() {
    for (String room : new String[] {"memory", "json", "runtime", "cli"}) {
      assertThat(ALL).anyMatch(type -> type.getPackageName().startsWith("dev.lkjagent." + room));
    }
  }

  @Test
  void memoryNeedsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage(MEMORY)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(MEMORY, "java..", "jdk.jfr..", "org.jspecify.annotations.."))
        .check(ALL);
  }

  @Test
  void parsersNeedTheMemoryAndForTheBridgeJackson() {
    classes()
        .that()
        .resideInAPackage(JSON)
        .and(resideOutsideOfPackages("dev.lkjagent.json.jackson.."))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(MEMORY, JSON, "java..", "jdk.jfr..", "org.jspecify.annotations.."))
        .check(ALL);
  }

  @Test
  void theRuntimeKnowsNoApplication() {
    noClasses()
        .that()
        .resideInAPackage(RUNTIME)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                TESTKIT,
                CLI,
                EXAMPLES,
                "picocli..",
                "org.junit..",
                "ch.qos.logback..",
                "com.sun.net.httpserver.."))
        .check(ALL);
  }

  @Test
  void theRuntimeReachesSqliteThroughJdbcAlone() {
    noClasses()
        .that()
        .resideInAPackage(RUNTIME)
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.sqlite.."))
        .check(ALL);
  }

  @Test
  void examplesAndTestKitAndCommandLineKnowOnlyTheRuntime() {
    noClasses()
        .that()
        .resideInAnyPackage(EXAMPLES, TESTKIT)
        .should()
        .dependOnClassesThat(resideInAnyPackage(CLI))
        .allowEmptyShould(true)
        .check(ALL);
    noClasses()
        .that()
        .resideInAPackage(CLI)
        .should()
        .dependOnClassesThat(resideInAnyPackage(EXAMPLES, TESTKIT))
        .check(ALL);
    noClasses()
        .that()
        .resideInAPackage(EXAMPLES)
        .should()
        .dependOnClassesThat(resideInAnyPackage(TESTKIT))
        .allowEmptyShould(true)
        .check(ALL);
  }

  @Test
  void noPackagesFormACycle() {
    slices().matching("dev.lkjagent.(**)").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void loggingGoesThroughTheFacade() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.util.logging..", "org.apache.logging..", "ch.qos.logback.."))
        .check(ALL);
  }

  @Test
  void modulesExportEveryPackageThatHoldsPublicTypes() throws IOException {
    List<String> modules = new ArrayList<>();
    for (URL url :
        Collections.list(getClass().getClassLoader().getResources("module-info.class"))) {
      ModuleDescriptor module;
      try (InputStream in = url.openStream()) {
        module = ModuleDescriptor.read(in);
      }
      if (module.name().startsWith("dev.lkjagent.")) {
        modules.add(module.name());
        assertThat(module.exports().stream().map(ModuleDescriptor.Exports::source))
            .as("packages that %s exports", module.name())
            .containsExactlyInAnyOrderElementsOf(publicPackages(module.name()));
      }
    }
    assertThat(modules).containsExactlyInAnyOrder("dev.lkjagent.memory", "dev.lkjagent.json");
  }

  private static Set<String> publicPackages(String root) {
    return ALL.stream()
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .map(JavaClass::getPackageName)
        .filter(name -> name.equals(root) || name.startsWith(root + "."))
        .filter(name -> !name.contains(".internal"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
