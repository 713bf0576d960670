#include <iostream>

#include "gateway/verify/cli.hpp"

int main(int argc, char** argv) {
    return gateway::verify::run(argc, argv, std::cout, std::cerr);
}
