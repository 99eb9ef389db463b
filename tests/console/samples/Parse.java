import com.sun.source.util.JavacTask;
import java.io.File;
import java.util.Arrays;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** Parses files of Java without resolving what they import: their syntax alone is judged. */
class Parse {
    public static void main(String[] files) throws Exception {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var found = new DiagnosticCollector<JavaFileObject>();
        boolean wrong = false;
        try (var manager = compiler.getStandardFileManager(found, null, null)) {
            for (String file : files) {
                var units = manager.getJavaFileObjects(new File(file));
                ((JavacTask) compiler.getTask(null, manager, found, null, null, units)).parse();
            }
        }
        for (var it : found.getDiagnostics()) {
            wrong |= it.getKind() == Diagnostic.Kind.ERROR;
            System.err.println(it);
        }
        if (wrong || Arrays.asList(files).isEmpty()) {
            System.exit(1);
        }
    }
}
