# cmake -DFOLDER=<storage/catalogue/sql> -DOUTPUT=<file.cpp> -P embed_sql.cmake
# Writes the .sql files as string literals: sql/*.sql (statements) and sql/migrations/*.sql, each sorted by name.
function(embed out function pattern)
  file(GLOB files "${FOLDER}/${pattern}")
  list(SORT files COMPARE STRING)
  set(text "std::span<const SqlFile> ${function}() {\n    static const SqlFile kFiles[] = {\n")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WE)
    file(READ "${file}" sql)
    string(APPEND text "        {\"${name}\", R\"SQL(${sql})SQL\"},\n")
  endforeach()
  string(APPEND text "    };\n    return kFiles;\n}\n\n")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

embed(statements statements "*.sql")
embed(migrations migrations "migrations/*.sql")
file(WRITE "${OUTPUT}" "// Made by embed_sql.cmake from storage/catalogue/sql.
#include \"storage/catalogue/sql.hpp\"

namespace storage::catalogue {

${statements}${migrations}}  // namespace storage::catalogue
")
