#include <iostream>

#include "gateway/app/process.hpp"
#include "gateway/app/serve.hpp"
#include "gateway/cli/cli.hpp"

int main(int argc, char** argv) {
    gateway::app::harden_process();  // every command may hold keys
    return gateway::cli::run(argc, argv, {std::cin, std::cout, std::cerr}, &gateway::app::serve);
}
