// https_load: asks one HTTPS server for bytes, or gives it some, from any number of connections; checks every byte, and
// prints one line of JSON. Its options: options.cpp.
#include <csignal>
#include <exception>
#include <iostream>

#include "tests/bench/load/load.hpp"

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        bench::Options options = bench::read_options(argc, argv);
        const std::size_t connections = options.connections;
        bench::Load load(std::move(options));
        const bench::Figures figures = load.run();
        bench::print(std::cout, figures, connections);
        return figures.errors + figures.wrong == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "https_load: " << error.what() << "\n";
        return 2;
    }
}
